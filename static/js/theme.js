// Sets the colour theme before the first paint and lets a person choose: as the system, light or dark.
(function () {
  "use strict";

  var order = ["system", "light", "dark"];
  var words = { system: "as the system", light: "light", dark: "dark" };
  var root = document.documentElement;

  // Storage may be refused (private windows); the system's choice is then the only one.
  function stored() {
    try {
      return window.localStorage.getItem("theme") || "system";
    } catch (refused) {
      return "system";
    }
  }

  function remember(theme) {
    try {
      window.localStorage.setItem("theme", theme);
    } catch (refused) {
      return;
    }
  }

  function apply(theme) {
    if (theme === "light" || theme === "dark") {
      root.setAttribute("data-bs-theme", theme);
    } else {
      root.removeAttribute("data-bs-theme");
    }
    document.querySelectorAll("[data-theme-toggle]").forEach(function (button) {
      button.textContent = "Theme: " + (words[theme] || words.system);
    });
  }

  var theme = stored();
  apply(theme);

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-toggle]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        theme = order[(order.indexOf(theme) + 1) % order.length];
        remember(theme);
        apply(theme);
      });
    });
    apply(theme);
  });
})();
