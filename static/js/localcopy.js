// Keeps a copy of unsaved writing in this browser until the portal has it, and a form fit to be sent after a new sign-in; the scripts that save a form use it.
(function () {
  "use strict";

  // Storage may be refused (private windows, full disk); saving to the portal goes on without it.
  function quietly(act) {
    try {
      return act();
    } catch (refused) {
      return null;
    }
  }

  // As the portal writes a moment, by the reader's own clock.
  function moment(at) {
    var then = new Date(at);
    return then.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }) + ", "
      + then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }) + " by your clock";
  }

  window.localCopy = {
    keep: function (key, value) {
      quietly(function () {
        window.localStorage.setItem(key, JSON.stringify({ value: value, at: Date.now() }));
      });
    },

    find: function (key) {
      return quietly(function () {
        return JSON.parse(window.localStorage.getItem(key));
      });
    },

    forget: function (key) {
      quietly(function () {
        window.localStorage.removeItem(key);
      });
    },

    // Shows the offer of a copy: its time, a button that takes it and one that drops it.
    offer: function (box, copy, take, drop) {
      box.querySelector("[data-autosave-offer-time]").textContent = moment(copy.at);
      box.hidden = false;
      box.querySelector("[data-autosave-take]").addEventListener("click", function () {
        box.hidden = true;
        take(copy.value);
      });
      box.querySelector("[data-autosave-drop]").addEventListener("click", function () {
        box.hidden = true;
        drop();
      });
    }
  };

  // Signing in again changes the token that every form must send: takes the new one from this page, loaded afresh, into its forms.
  // Promises whether there was one; there is none while nobody is signed in. `within` says in which element of the page it must stand.
  window.renewToken = function (within) {
    return window
      .fetch(window.location.href, { credentials: "same-origin" })
      .then(function (response) {
        return response.ok && !response.redirected ? response.text() : "";
      })
      .then(function (page) {
        var found = new DOMParser().parseFromString(page, "text/html").querySelector((within || "") + " input[name=csrfmiddlewaretoken]");
        document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (field) {
          field.value = found ? found.value : field.value;
        });
        return Boolean(found);
      })
      .catch(function () {
        return false;
      });
  };

  // What the portal has for good need not stay behind in a browser that others may use.
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-local-copy-done]").forEach(function (element) {
      window.localCopy.forget(element.dataset.localCopyDone);
    });
  });
})();
