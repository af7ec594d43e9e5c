/* Beside the wrapper: sees whether the content works. A page that is missing, an error that stops a SCO before it has
 * begun, a grip at the window that the sandbox refuses: the player says it in plain words, for nobody else would.
 */
(function () {
  "use strict";

  var Palier = (window.Palier = window.Palier || {});
  var PATIENCE_MS = 5000; // from the first error of a loaded page to its Initialize
  var HUNT_MS = 300;
  var STEP_MS = 4;

  // `tell(what)`: "script", "top", "missing", "unreachable", or "none" when what was told is no longer so.
  Palier.Watch = function Watch(frame, tell) {
    var self = this;
    this.frame = frame;
    this.tell = tell;
    this.isOn = false;
    this.seen = null; // the document that is watched
    this.hunted = 0;
    frame.addEventListener("load", function () {
      if (self.isOn) self.loaded();
    });
  };

  var Watch = Palier.Watch.prototype;

  // Watches what the frame shows from now on; of what `isSilent` no call is expected.
  Watch.begin = function (isSilent) {
    this.isOn = true;
    this.hasBegun = isSilent;
    this.wish = null; // what an error before Initialize was
    this.told = null;
    this.timer = null;
    this.hunt(Date.now() + HUNT_MS);
  };

  Watch.end = function () {
    this.isOn = false;
    clearTimeout(this.timer);
    this.hunted += 1;
  };

  Watch.initialized = function () {
    this.hasBegun = true;
    clearTimeout(this.timer);
    if (this.told === "script") this.say("none");
  };

  Watch.say = function (what) {
    if (!this.isOn || this.told === what) return;
    this.told = what;
    this.tell(what);
  };

  function documentOf(frame) {
    try {
      return frame.contentDocument;
    } catch (error) {
      return null;
    }
  }

  // Looks for the page that comes, to see it before its first script: as often as possible for a while, then less.
  Watch.hunt = function (until) {
    var self = this;
    var turn = (this.hunted += 1);
    var channel = new MessageChannel();
    var before = documentOf(this.frame);
    function look() {
      if (!self.isOn || turn !== self.hunted) return;
      if (documentOf(self.frame) !== before) self.attach();
      else if (Date.now() < until) channel.port2.postMessage(0);
      else setTimeout(look, STEP_MS);
    }
    channel.port1.onmessage = look;
    look();
  };

  // Listens to the page that the frame shows now; the next one is looked for when this one goes.
  Watch.attach = function () {
    var page = documentOf(this.frame);
    if (!page || page === this.seen) return;
    this.seen = page;
    this.listen(this.frame.contentWindow);
  };

  Watch.listen = function (view) {
    var self = this;
    function failed(event) {
      if (self.isOn) self.failed(event);
    }
    view.addEventListener("error", failed, true);
    view.addEventListener("unhandledrejection", failed);
    ["click", "submit"].forEach(function (name) {
      view.addEventListener(name, function (event) {
        if (self.isOn && isBeyond(event, view === self.frame.contentWindow)) self.say("top");
      });
    });
    if (view === this.frame.contentWindow) {
      view.addEventListener("pagehide", function () {
        if (self.isOn) self.hunt(Date.now() + HUNT_MS);
      });
    }
  };

  // A link or a form that is meant for what is around the content; what the content itself stops goes nowhere.
  function isBeyond(event, isOutermost) {
    var target = event.target;
    if (event.defaultPrevented || !target || !target.closest) return false;
    var element = target.closest(event.type === "click" ? "a[href]" : "form");
    if (!element) return false;
    var base = target.ownerDocument.querySelector("base[target]");
    var name = (element.getAttribute("target") || (base && base.target) || "").toLowerCase();
    return (name === "_top" || (name === "_parent" && isOutermost)) && !/^(javascript|mailto):/i.test(element.href || "");
  }

  Watch.failed = function (event) {
    var error = event.error || event.reason;
    var text = String((error && error.message) || event.message || "");
    if ((error && error.name === "SecurityError") || /permission denied to (access|get) property/i.test(text)) {
      if (/frame|window|location|cross-origin|navigat/i.test(text)) return this.stopped("top");
    }
    if (event.target && event.target.nodeName && event.target.nodeName !== "SCRIPT") return undefined;
    return this.stopped("script");
  };

  // Of an error in a SCO that has begun, or begins in spite of it, nobody needs to hear.
  Watch.stopped = function (what) {
    if (this.hasBegun) {
      if (what === "top") this.say("top");
      return;
    }
    this.wish = this.wish || what;
    this.wait();
  };

  Watch.wait = function () {
    var self = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(function () {
      if (!self.hasBegun) self.say(self.wish);
    }, PATIENCE_MS);
  };

  Watch.loaded = function () {
    var page = documentOf(this.frame);
    if (!page) return this.say("unreachable");
    this.attach();
    this.listenWithin(this.frame.contentWindow);
    var status = statusOf(this.frame.contentWindow, page);
    if (status >= 400) return this.say(status < 500 ? "missing" : "unreachable");
    if (this.wish) this.wait();
    return undefined;
  };

  // Frames of the content's own, as far as they stand when it is loaded.
  Watch.listenWithin = function (view) {
    for (var i = 0; i < view.length; i++) {
      try {
        if (!view[i].document || view[i].palierIsHeard) continue;
        Object.defineProperty(view[i], "palierIsHeard", { value: true });
        this.listen(view[i]);
        this.listenWithin(view[i]);
      } catch (error) {
        // a frame of another origin
      }
    }
  };

  // How the server answered for the page; where the browser does not tell, our own words for a missing file do.
  function statusOf(view, page) {
    try {
      var found = view.performance.getEntriesByType("navigation")[0];
      if (found && found.responseStatus) return found.responseStatus;
    } catch (error) {
      // an old browser
    }
    var isOurs = page.contentType === "text/plain" && page.body && page.body.textContent === "Not found.\n";
    return isOurs ? 404 : 200;
  }
})();
