// Saves a section while it is written; keeps a copy in the browser when the portal cannot be reached, and shows both texts after a conflict.
(function () {
  "use strict";

  var PAUSE = 2000;
  var RETRY = 10000;
  var SIGN_IN = "Not saved: you are signed out. Please sign in again in another tab, then go on here; if you load this page again, your text is offered to you.";
  var LIST = "[aria-labelledby='missing-title']";

  function start(form) {
    var field = form.elements.text;
    var version = form.elements.version;
    var said = form.querySelector(".saved-at");
    var conflict = form.querySelector("[data-autosave-conflict]");
    var offer = form.querySelector("[data-autosave-offer]");
    var url = form.dataset.autosaveUrl;
    var key = "section:" + url;
    // What the server refused and shows again is not saved, although it stands in the page.
    var unsaved = field.hasAttribute("data-unsaved");
    var kept = unsaved ? null : field.value;
    var timer = 0;
    var under_way = null;
    var stopped = form.hasAttribute("data-autosave-paused");
    var pressed = null;
    var signedOut = false;
    var renewed = false;
    var counter = form.querySelector("[data-word-counter]");
    var listed = standing();

    function standing() {
      return field.value.trim() === "" ? "empty" : counter.classList.contains("is-over") ? "over" : "written";
    }

    // The list beside the text says whether this section is done: it is asked for anew when that may have changed.
    function renewList() {
      if (standing() === listed) {
        return;
      }
      listed = standing();
      window
        .fetch(window.location.href, { credentials: "same-origin" })
        .then(function (response) {
          return response.ok ? response.text() : "";
        })
        .then(function (page) {
          var now = new DOMParser().parseFromString(page, "text/html").querySelector(LIST);
          var shown = document.querySelector(LIST);
          if (now && shown) {
            var place = Array.from(shown.querySelectorAll("a")).indexOf(document.activeElement);
            shown.replaceWith(document.adoptNode(now));
            if (place >= 0) {
              now.querySelectorAll("a")[place].focus();  // whoever was in the list stays there
            }
          }
        })
        .catch(function () {});  // the text is saved; the list is right again on the next page
    }

    function say(text, failed) {
      said.textContent = text;
      said.classList.toggle("is-failed", Boolean(failed));
    }

    function remember() {
      window.localCopy.keep(key, field.value);
    }

    function forget() {
      window.localCopy.forget(key);
    }

    function later(pause) {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, pause);
    }

    function failed(sentence, again) {
      remember();
      say(sentence + " Your text is kept in this browser.", true);
      if (again) {
        later(RETRY);
      }
    }

    function showConflict(answer) {
      stopped = true;
      conflict.querySelector("[data-autosave-sentence]").textContent = answer.sentence;
      conflict.querySelector("[data-autosave-other]").value = answer.text;
      conflict.dataset.version = answer.version;
      conflict.hidden = false;
      remember();
      say("Not saved: please choose one of the two texts.", true);
    }

    // What the page said of a text that was refused is over once another one is saved.
    function mended() {
      document.querySelectorAll("[data-error-summary], [data-autosave-url] .invalid-feedback").forEach(function (told) { told.remove(); });
      field.classList.remove("is-invalid");
    }

    function take(answer, sent) {
      version.value = answer.version;
      kept = sent;
      if (field.value === sent) {
        forget();
      }
      mended();
      say(answer.saved);
      renewList();
    }

    function refused(response) {
      return response.json().then(function (answer) {
        if (typeof answer.text === "string") {
          showConflict(answer);
        } else {
          failed(answer.sentence, false);
        }
      });
    }

    function read(response, sent) {
      var json = (response.headers.get("content-type") || "").indexOf("application/json") === 0;
      if (json) {
        signedOut = renewed = false;
      }
      if (response.ok && json) {
        return response.json().then(function (answer) {
          take(answer, sent);
        });
      }
      if (json && response.status < 500) {
        return refused(response);
      }
      if (response.status === 413) {
        failed("Not saved: the text is longer than the portal takes. Please shorten it.", false);
        return null;
      }
      if (response.type === "opaqueredirect") {
        signedOut = true;
        failed(SIGN_IN, true);
      } else if (response.status === 403 && !renewed) {
        return window.renewToken().then(tokenRenewed);
      } else {
        failed("Not saved yet: the portal did not answer as it should; we try again.", true);
      }
      return null;
    }

    // A form from before the last sign-in is refused until it sends the new token.
    function tokenRenewed(found) {
      signedOut = !found;
      renewed = found;
      if (found) {
        later(0);
      } else {
        failed(SIGN_IN, true);
      }
    }

    function save() {
      var sent = field.value;
      window.clearTimeout(timer);
      if (stopped || under_way || sent === kept) {
        return under_way;
      }
      var body = new URLSearchParams(new FormData(form));
      say("Saving");
      under_way = window
        .fetch(url, { method: "POST", body: body, redirect: "manual", credentials: "same-origin", keepalive: sent.length < 20000 })
        .then(function (response) {
          return read(response, sent);
        })
        .catch(function () {
          failed("Not saved yet: the portal cannot be reached; we try again.", true);
        })
        .then(function () {
          under_way = null;
          if (pressed) {
            form.requestSubmit(pressed);
          } else if (!stopped && field.value !== kept && field.value !== sent) {
            later(PAUSE);
          }
        });
      return under_way;
    }

    function show(text) {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    field.addEventListener("input", function () {
      remember();
      later(PAUSE);
    });

    // A button pressed while a save is under way waits for it, because that save changes the version the form must send.
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (under_way && !pressed) {
        event.preventDefault();
        pressed = event.submitter;
        return;
      }
      // What is sent while nobody is signed in is lost, and so is what is sent with a token from before: first see to both.
      if (signedOut) {
        event.preventDefault();
        var button = event.submitter;
        pressed = null;
        window.renewToken().then(function (found) {
          signedOut = !found;
          if (found) {
            form.requestSubmit(button);
          } else {
            failed(SIGN_IN, true);
          }
        });
        return;
      }
      stopped = true;
    });

    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") {
        save();
      }
    });

    window.addEventListener("online", save);

    // The browser may bring the page back as it was left, after its form was sent.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) {
        window.location.reload();
      }
    });

    conflict.querySelector("[data-autosave-keep]").addEventListener("click", function () {
      version.value = conflict.dataset.version;
      conflict.hidden = true;
      stopped = false;
      kept = null;
      save();
      field.focus();
    });

    conflict.querySelector("[data-autosave-other-take]").addEventListener("click", function () {
      version.value = conflict.dataset.version;
      kept = conflict.querySelector("[data-autosave-other]").value;
      conflict.hidden = true;
      stopped = false;
      show(kept);
      forget();
      say("");
      field.focus();
    });

    var copy = window.localCopy.find(key);
    if (unsaved) {
      remember();
    } else if (copy && typeof copy.value === "string" && window.portalText.tidied(copy.value) !== field.value) {
      window.localCopy.offer(offer, copy, function (text) {
        show(text);
        field.focus();
      }, function () {
        forget();
        field.focus();
      });
    } else if (copy) {
      forget();
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-autosave-url]").forEach(start);
  });
})();
