/* The page between the player and a package, on the package's own host: it holds the API that the SCO looks for, answers
 * every call from memory, and tells the player what changed. It has no token and makes no request of its own.
 */
(function () {
  "use strict";

  var shell = document.body.dataset.shell;
  var outside = window.parent;
  var frame = document.getElementById("sco");
  var port = null;
  var journal = null; // of the lease that is playing
  var isJournalDurable = false; // whether the player's own journal can be written
  var isLeaving = false;
  var watch = new Palier.Watch(frame, function (what) {
    if (port) port.postMessage({ kind: "trouble", what: what, activity: shown });
  });
  var shown = ""; // the item that was delivered last
  var playing = null; // {activity, data} of the SCO that was delivered last

  // Every search for an API ends here, also the unguarded ones: the page around this one is of another origin.
  window.parent = window;

  // ------------------------------------------------------------------ what is kept here until the player has it saved

  var MARK = "palier.";

  function Journal(lease, next) {
    this.lease = lease;
    this.next = next;
    this.kept = new Map(); // key → number of the change
    this.unwritten = new Map(); // key → number of a change that the storage refused and nobody has acknowledged
  }

  // One key for each element of an item, overwritten by the next value; what is appended needs a key for each change.
  Journal.prototype.add = function (activity, element, value) {
    var number = this.next++;
    var key = MARK + this.lease + "." + activity + "." + element + (element === "cmi.comments" ? "#" + number : "");
    try {
      localStorage.setItem(key, JSON.stringify([number, activity, element, value]));
      this.kept.set(key, number);
      this.unwritten.delete(key);
    } catch (error) {
      this.unwritten.set(key, number);
    }
    return number;
  };

  // Whether everything is written that the player does not have saved.
  Journal.prototype.isWhole = function () {
    return this.unwritten.size === 0 || isJournalDurable;
  };

  Journal.prototype.acknowledge = function (end) {
    var self = this;
    this.kept.forEach(function (number, key) {
      if (number >= end) return;
      self.kept.delete(key);
      remove(key);
    });
    this.unwritten.forEach(function (number, key) {
      if (number < end) self.unwritten.delete(key);
    });
  };

  function remove(key) {
    try {
      localStorage.removeItem(key);
    } catch (error) {
      // storage is forbidden: nothing was kept
    }
  }

  function keptKeys() {
    try {
      return Object.keys(localStorage).filter(function (key) {
        return key.indexOf(MARK) === 0;
      });
    } catch (error) {
      return [];
    }
  }

  // What pages that are gone have left: {lease, number, activity, element, value}.
  function leftovers() {
    var found = [];
    keptKeys().forEach(function (key) {
      try {
        var entry = JSON.parse(localStorage.getItem(key));
        found.push({
          lease: key.slice(MARK.length, key.indexOf(".", MARK.length)),
          number: entry[0],
          activity: entry[1],
          element: entry[2],
          value: entry[3],
        });
      } catch (error) {
        remove(key);
      }
    });
    return found;
  }

  function forget(leases) {
    keptKeys().forEach(function (key) {
      if (leases.indexOf(key.slice(MARK.length, key.indexOf(".", MARK.length))) >= 0) remove(key);
    });
  }

  // ------------------------------------------------------------------ one item at a time

  function deliver(message) {
    isLeaving = false;
    ["API", "API_1484_11"].forEach(function (name) {
      window[name] = undefined;
      delete window[name];
    });
    playing = null;
    if (message.values) window[message.table.api] = noted(apiFor(message), message);
    frame.title = message.title;
    shown = message.activity;
    watch.begin(!message.values);
    frame.src = message.url;
  }

  function apiFor(message) {
    var activity = message.activity;
    var data = new Palier.RunTimeData(message.table, message.values);
    var isTold = false; // its end, once: also where it is told that nothing could be kept it goes on
    playing = { activity: activity, data: data };
    return Palier.createApi(message.table, data, {
      onInitialize: function () {
        watch.initialized();
        return true;
      },
      onChange: function (element, value) {
        var number = journal.add(activity, element, value);
        port.postMessage({ kind: "change", number: number, activity: activity, element: element, value: value });
        return true;
      },
      onCommit: function () {
        port.postMessage({ kind: "commit", activity: activity });
        return journal.isWhole();
      },
      onFinish: function () {
        if (!isTold) port.postMessage({ kind: "finish", activity: activity });
        isTold = true;
        return journal.isWhole();
      },
    });
  }

  // In a trial `tracing.js` stands beside this script, and every call is told of.
  function noted(api, message) {
    if (!Palier.traced) return api;
    return Palier.traced(api, message.table, message.activity, function (calls) {
      port.postMessage({ kind: "calls", calls: calls });
    });
  }

  function leave() {
    isLeaving = true;
    watch.end();
    frame.src = "/blank";
  }

  frame.addEventListener("load", function () {
    if (!isLeaving || !port) return;
    isLeaving = false;
    if (Palier.tellCalls) Palier.tellCalls();
    port.postMessage({ kind: "left" });
  });

  // Brings the keyboard into the SCO, to the place inside it where it was last. The word of it may come before the
  // keyboard itself is here, which no event tells in every case.
  function focusFrame(tries) {
    if (!document.hasFocus() && tries > 0) {
      setTimeout(focusFrame, 20, tries - 1);
    } else {
      if (document.activeElement !== frame) frame.focus();
      frame.contentWindow.focus();
    }
  }

  // ------------------------------------------------------------------ what is kept on this device

  var store = null;

  function stored() {
    store =
      store ||
      Palier.newStore(function (report) {
        port.postMessage(report);
      });
    return store;
  }

  // ------------------------------------------------------------------ the player

  var ANSWERS = {
    deliver: deliver,
    leave: leave,
    acknowledged: function (message) {
      if (journal) journal.acknowledge(message.end);
    },
    durable: function (message) {
      isJournalDurable = message.isDurable === true;
    },
    refresh: function (message) {
      if (playing && playing.activity === message.activity) playing.data.refresh(message.values);
    },
    forget: function (message) {
      forget(message.leases);
    },
    // A request of the player's has taken a number of the stream.
    next: function (message) {
      if (journal) journal.next = Math.max(journal.next, message.next);
    },
    keep: function (message) {
      stored().keep(message);
    },
    check: function () {
      stored().check();
    },
    pause: function () {
      stored().pause();
    },
    unkeep: function () {
      stored()
        .remove()
        .then(function () {
          port.postMessage({ kind: "removed" });
        });
    },
    focus: function () {
      focusFrame(50);
    },
  };

  window.addEventListener("message", function (event) {
    var message = event.data;
    if (event.origin !== shell || event.source !== outside || port || !message || message.palier !== "start") return;
    port = event.ports[0];
    journal = new Journal(message.lease, message.next);
    isJournalDurable = message.isDurable === true;
    port.onmessage = function (received) {
      var answer = ANSWERS[received.data && received.data.kind];
      if (answer) answer(received.data);
    };
  });

  outside.postMessage({ palier: "ready", kept: leftovers() }, shell);
})();
