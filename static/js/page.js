// Small courtesies of every page: focus on an error summary, menus that close, word counts while typing.
(function () {
  "use strict";

  function focusSummary(scope) {
    var summary = scope.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  }

  // What the portal keeps of a text (accounts/texts.py): what breaks a line is a new line, and signs that nobody sees go.
  function tidied(text) {
    return text
      .replace(/[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069]/g, "")
      .replace(/[\u001c-\u001f]/g, " ")
      .replace(/[\u000b\u000c\u0085\u2028\u2029]/g, "\n");
  }

  window.portalText = { tidied: tidied, countWords: countWords };

  // Must agree with the server, which counts maximal runs of anything but whitespace.
  function countWords(text) {
    var words = text.match(/\S+/g);
    return words ? words.length : 0;
  }

  function show(counter, field) {
    var limit = parseInt(counter.dataset.limit, 10);
    var words = countWords(tidied(field.value));
    var over = words - limit;
    counter.textContent = words.toLocaleString("en") + " of " + limit.toLocaleString("en") + " words"
      + (over > 0 ? ", " + over.toLocaleString("en") + " over" : "");
    counter.classList.toggle("is-over", over > 0);
  }

  function startCounters(scope) {
    scope.querySelectorAll("[data-word-counter]").forEach(function (counter) {
      var field = document.getElementById(counter.dataset.wordCounter);
      if (!field || counter.dataset.started) {
        return;
      }
      counter.dataset.started = "yes";
      field.addEventListener("input", function () {
        show(counter, field);
      });
      show(counter, field);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    focusSummary(document);
    startCounters(document);
  });

  document.addEventListener("htmx:load", function (event) {
    focusSummary(event.target);
    startCounters(event.target);
  });

  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      return;
    }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
