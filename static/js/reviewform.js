// The review form: says the word of a score while it is typed, keeps the draft on the server every few seconds, and a copy here until it is there.
(function () {
  "use strict";

  var PAUSE = 2500;
  var SIGN_IN = "Not saved: please sign in again in another tab, then go on here. Your text is kept in this browser; if you load this page again, it is offered to you.";
  var STRANGE = "Not saved: the portal did not answer as it should. It is tried again.";

  function words() {
    var found = {};
    document.querySelectorAll("[data-scale]").forEach(function (row) {
      found[row.dataset.scale] = row.dataset.word;
    });
    return found;
  }

  function start(form) {
    var scale = words();
    var saved = form.querySelector("[data-saved]");
    var version = form.querySelector("input[name=version]");
    var timer = null;
    var busy = false;
    var dirty = false;
    var leaving = false;
    var signedOut = false;
    var renewed = false;
    var stopped = form.hasAttribute("data-autosave-paused");
    var key = "review:" + form.dataset.autosaveUrl;

    function written() {
      var found = {};
      form.querySelectorAll("input[type=text], textarea").forEach(function (field) {
        found[field.name] = field.value;
      });
      return found;
    }

    function bring(values) {
      Object.keys(values).forEach(function (name) {
        var field = form.elements[name];
        if (field && field.value !== values[name]) {
          field.value = values[name];
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
      });
    }

    function say(text, failed) {
      saved.textContent = text;
      saved.classList.toggle("is-failed", Boolean(failed));
    }

    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, PAUSE);
    }

    function answered(response) {
      // The sign-in page means that the session has ended; a refusal without words that the form's token is older than the sign-in.
      if (response.redirected) {
        signedOut = true;
        throw new Error(SIGN_IN);
      }
      if ((response.headers.get("content-type") || "").indexOf("json") < 0) {
        if (response.status !== 403 || renewed) {
          throw new Error(STRANGE);
        }
        return window.renewToken().then(function (found) {
          signedOut = !found;
          renewed = found;
          if (!found) {
            throw new Error(SIGN_IN);
          }
          dirty = true;
        });
      }
      signedOut = renewed = false;
      return response.json().then(function (answer) {
        if (response.ok) {
          version.value = answer.version;
          var wrong = Object.keys(answer.errors).length;
          if (!wrong && !dirty) {
            window.localCopy.forget(key);
          }
          say(wrong ? answer.saved + "; " + wrong + (wrong === 1 ? " field needs mending" : " fields need mending") : answer.saved, wrong);
          return;
        }
        stopped = true;
        throw new Error("Not saved: " + answer.reason);
      });
    }

    function save() {
      if (!dirty || busy || stopped || leaving) {
        return;
      }
      dirty = false;
      busy = true;
      say("Saving");
      window.fetch(form.dataset.autosaveUrl, { method: "POST", body: new FormData(form), credentials: "same-origin" })
        .then(answered)
        .catch(function (fault) {
          dirty = true;
          say(fault.message.indexOf("Not saved") === 0 ? fault.message : "Not saved: the portal cannot be reached. It is tried again.", true);
        })
        .finally(function () {
          busy = false;
          if (dirty && !stopped) {
            later();
          }
        });
    }

    form.addEventListener("input", function (event) {
      if (event.target.hasAttribute("data-score")) {
        event.target.parentElement.querySelector("[data-score-word]").textContent = scale[event.target.value.trim()] || "";
      }
      dirty = true;
      window.localCopy.keep(key, written());
      later();
    });

    // An autosave under way when the form is sent would make its version stale: wait for it, then send.
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (busy) {
        event.preventDefault();
        var pressed = event.submitter;
        window.setTimeout(function () { form.requestSubmit(pressed); }, 150);
        return;
      }
      // What is sent while nobody is signed in is lost, and so is what is sent with a token from before: first see to both.
      if (signedOut) {
        event.preventDefault();
        var button = event.submitter;
        window.renewToken().then(function (found) {
          signedOut = !found;
          if (found) {
            form.requestSubmit(button);
          } else {
            say(SIGN_IN, true);
            later();
          }
        });
        return;
      }
      leaving = true;
    });

    var copy = window.localCopy.find(key);
    if (form.hasAttribute("data-unsaved")) {
      window.localCopy.keep(key, written());
    } else if (copy && copy.value && JSON.stringify(copy.value) !== JSON.stringify(written())) {
      window.localCopy.offer(form.querySelector("[data-autosave-offer]"), copy, bring, function () {
        window.localCopy.forget(key);
      });
    } else if (copy) {
      window.localCopy.forget(key);
    }

    window.addEventListener("beforeunload", function (event) {
      if (dirty && !leaving) {
        event.preventDefault();
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-review-form]").forEach(start);
  });
})();
