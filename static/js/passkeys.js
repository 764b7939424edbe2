// Says in words why a passkey or security key could not be used; the sign-in library only writes to the console.
(function () {
  "use strict";

  var SENTENCES = {
    NotAllowedError: "The key was not used: the browser's question was closed, or nobody answered it. Please try again.",
    InvalidStateError: "This key is one of yours already.",
    ConstraintError: "This key cannot do what is asked of it. Please use another one.",
    NotSupportedError: "This key cannot do what is asked of it. Please use another one."
  };
  var ANYTHING_ELSE = "That did not work. Please wait a minute, then try again.";
  var ADDRESS = "Passkeys do not work at this address: a browser takes them with https, or at localhost.";
  var OWN_MACHINE = ["127.0.0.1", "[::1]"];

  // A key is bound to a name, and an address of numbers is none.
  function keysWorkHere() {
    return Boolean(window.PublicKeyCredential) && !/^(\[.*\]|[\d.]+)$/.test(location.hostname);
  }

  function say(sentence) {
    var place = document.querySelector("[data-passkey-said]");
    if (!place) {
      return;
    }
    place.textContent = sentence;
    if (sentence === ADDRESS && OWN_MACHINE.indexOf(location.hostname) !== -1) {
      var link = document.createElement("a");
      link.href = location.href.replace("//" + location.hostname, "//localhost");
      link.textContent = location.protocol + "//" + link.host;
      place.append(" On this machine, sign in at ", link, " instead.");
    }
    place.hidden = false;
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (document.querySelector("[data-passkey-said=at-once]") && !keysWorkHere()) {
      say(ADDRESS);
    }
  });

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    say(keysWorkHere() ? SENTENCES[event.detail.exception.name] || ANYTHING_ELSE : ADDRESS);
  });
})();
