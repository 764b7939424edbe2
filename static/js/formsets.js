// Adds rows to the lists of a form; without scripts the server has left two empty rows to fill.
(function () {
  "use strict";

  function addRow(list) {
    var total = list.querySelector("[name='" + list.dataset.formset + "-TOTAL_FORMS']");
    var number = parseInt(total.value, 10);
    var holder = document.createElement("div");
    holder.innerHTML = list.querySelector("[data-empty-row]").innerHTML.replace(/__prefix__/g, String(number));
    var row = holder.firstElementChild;
    list.querySelector("[data-rows]").appendChild(row);
    total.value = String(number + 1);
    var first = row.querySelector("input:not([type='hidden'])");
    if (first) {
      first.focus();
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-formset]").forEach(function (list) {
      var button = list.querySelector("[data-add-row]");
      if (!button) {
        return;
      }
      button.hidden = false;
      button.addEventListener("click", function () {
        addRow(list);
      });
    });
  });
})();
