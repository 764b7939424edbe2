// Adds the reader's own time below the dates of a call, where the reader lives in another zone than the call: the profile's, else the browser's.
(function () {
  "use strict";

  function write(moment, zone) {
    return new Intl.DateTimeFormat("en-GB", {
      day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone
    }).format(moment).replace(" at ", ", ");
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-local-times] time[datetime*='T']").forEach(function (element) {
      var moment = new Date(element.getAttribute("datetime"));
      if (isNaN(moment)) {
        return;
      }
      // The zone that the reader chose in the profile goes before the browser's: the head of the page shows it too.
      var zone = element.closest("[data-local-times]").dataset.localTimes || Intl.DateTimeFormat().resolvedOptions().timeZone;
      var own = write(moment, zone);
      // The same day and time of day: the reader's clock agrees with the call's, so a second line would say nothing.
      if (element.textContent.indexOf(own) === 0) {
        return;
      }
      var line = document.createElement("span");
      line.className = "second-line";
      line.textContent = own + " your time (" + zone.replace(/_/g, " ") + ")";
      element.parentNode.appendChild(line);
    });
  });
})();
