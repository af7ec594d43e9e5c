/* Keeps the package on this device, for the page that is being played: its files go into the cache of the package's own
 * host, one after the other, and our worker answers from there. What is there already is not fetched again.
 */
(function () {
  "use strict";

  var CACHE = "palier";
  var FIRST_WAIT_MS = 2000;
  var LONGEST_WAIT_MS = 60000;
  var FULL = "QuotaExceededError";

  window.Palier = window.Palier || {};

  // Returns what keeps and removes; `tell(report)` hears how far it has come: {kind: "stored", done, size, trouble}.
  Palier.newStore = function (tell) {
    var run = 0; // counts what was begun: an earlier one ends by itself

    // `message`: files [[name, size], …], base, ours: the paths of our own pages and scripts.
    function keep(message) {
      var mine = ++run;
      var report = { kind: "stored", done: 0, size: 0, trouble: "" };

      function isMine() {
        return mine === run;
      }

      function say(trouble) {
        report.trouble = trouble;
        if (isMine()) tell(Object.assign({}, report));
      }

      caches
        .open(CACHE)
        .then(function (cache) {
          return message.ours
            .reduce(function (before, path) {
              return before.then(function () {
                return isMine() && store(cache, keyOfOurs(path), path, say, isMine, true);
              });
            }, Promise.resolve())
            .then(function () {
              return forgetOthers(cache, message);
            })
            .then(function () {
              return next(cache, 0);
            });
        })
        .then(register)
        .then(function () {
          report.isDone = true;
          say("");
        })
        .catch(function (error) {
          say(error && error.name === FULL ? "full" : "forbidden");
        });

      function next(cache, place) {
        if (!isMine() || place >= message.files.length) return null;
        var name = message.files[place][0];
        var path = encoded(name);
        return store(cache, "/r/" + path, message.base + path, say, isMine, false).then(function () {
          report.done = place + 1;
          report.size += message.files[place][1];
          say("");
          return next(cache, place + 1);
        });
      }
    }

    // Removes everything; nothing on this host is kept any more.
    function remove() {
      run += 1;
      return caches.delete(CACHE).then(withdraw);
    }

    // Tells where the browser has taken away what was kept: it clears each host for itself. A page of ours is kept with all.
    function check() {
      return caches.match("/blank", { cacheName: CACHE }).then(function (found) {
        if (!found) tell({ kind: "stored", done: 0, size: 0, trouble: "lost" });
      }, function () {});
    }

    function pause() {
      run += 1;
    }

    return { keep: keep, check: check, pause: pause, remove: remove };
  };

  // Fetches a file into the cache, again and again until it is there; one that does not exist is left out.
  function store(cache, key, path, say, isMine, isFresh) {
    var tries = 0;

    function attempt() {
      if (!isMine()) return Promise.reject(new Error("another one has begun"));
      return fetch(path, { cache: isFresh ? "no-cache" : "default" })
        .then(function (answer) {
          if (answer.status === 404 || answer.status === 410) return null;
          if (answer.status !== 200 || answer.redirected) throw new Error(String(answer.status));
          return cache.put(key, answer);
        })
        .catch(function (error) {
          if (error && error.name === FULL) throw error;
          tries += 1;
          say("broken");
          return waiting(Math.min(FIRST_WAIT_MS * Math.pow(2, tries - 1), LONGEST_WAIT_MS)).then(attempt);
        });
    }

    if (isFresh) return attempt();
    return cache.match(key, { ignoreVary: true }).then(function (found) {
      return found ? null : attempt();
    });
  }

  // Resolves after a while, or as soon as the line is back.
  function waiting(ms) {
    return new Promise(function (resolve) {
      var timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
    });
  }

  function encoded(name) {
    return name.split("/").map(encodeURIComponent).join("/");
  }

  // The wrapper is kept by its version, whoever's page it is.
  function keyOfOurs(path) {
    return path.indexOf("/w/") === 0 ? "/w/" + (path.indexOf("?") < 0 ? "" : path.slice(path.indexOf("?"))) : path;
  }

  // Scripts of ours that no kept course needs any more go.
  function forgetOthers(cache, message) {
    var wanted = message.ours.concat(message.others || []).map(keyOfOurs);
    return cache.keys().then(function (requests) {
      return Promise.all(
        requests.map(function (request) {
          var address = new URL(request.url);
          var key = address.pathname + address.search;
          return key.indexOf("/r/") !== 0 && wanted.indexOf(key) < 0 ? cache.delete(request) : null;
        }),
      );
    });
  }

  function register() {
    var token = location.pathname.split("/")[2];
    return navigator.serviceWorker.register("/sw.js?for=" + token, { scope: "/" });
  }

  // Lets no worker stay where nothing is kept.
  function withdraw() {
    if (!navigator.serviceWorker) return Promise.resolve();
    return navigator.serviceWorker.getRegistrations().then(function (found) {
      return Promise.all(
        found.map(function (registration) {
          return registration.unregister();
        }),
      );
    });
  }
})();
