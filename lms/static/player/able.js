/* Tells whether this browser can run the player, and says so in plain words where it cannot: old script for old browsers. */
(function () {
  "use strict";

  var NEEDED = ["Promise", "fetch", "AbortController", "MessageChannel", "Map", "URL"];

  function canKeep() {
    return "indexedDB" in window || "localStorage" in window;
  }

  function isAble() {
    for (var i = 0; i < NEEDED.length; i++) if (!(NEEDED[i] in window)) return false;
    return "noModule" in document.createElement("script") && canKeep();
  }

  function say(why) {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", function () {
        say(why);
      });
      return;
    }
    document.body.setAttribute("data-why", why);
    document.getElementById("notice").hidden = false;
    document.getElementById("notice-text").textContent = document.body.getAttribute("data-" + why);
    document.getElementById("notice-link").hidden = false;
  }

  // A script that this browser does not understand, or that did not arrive.
  window.addEventListener(
    "error",
    function (event) {
      if (event.error instanceof SyntaxError || /SyntaxError/.test(event.message || "")) say("unable");
      else if (event.target && event.target.nodeName === "SCRIPT") say("unread");
    },
    true,
  );
  window.palierIsAble = isAble();
  if (!window.palierIsAble) say("unable");
})();
