/* In a trial, beside the wrapper: notes every call that the SCO makes, for the player to show. Learners load none of it. */
(function () {
  "use strict";

  var Palier = (window.Palier = window.Palier || {});
  var LONGEST = 300; // characters of a value that are shown
  var MOST = { get: 2000, set: 5000, commit: 1000, open: 200, close: 200 }; // calls of a page load that are told of
  var TOGETHER = 100;
  var SOON_MS = 100;

  var told = {};
  var waiting = [];
  var timer = null;
  var listener = null;

  function cut(value) {
    var text = value === null || value === undefined ? "" : String(value);
    return text.length > LONGEST ? text.slice(0, LONGEST) + "… [" + text.length + "]" : text;
  }

  function isSame(one, other) {
    return (
      one.activity === other.activity &&
      one.name === other.name &&
      one.result === other.result &&
      one.code === other.code &&
      one.args.join("\n") === other.args.join("\n")
    );
  }

  function note(call, action, tell) {
    var last = waiting[waiting.length - 1];
    if (last && isSame(last, call)) {
      last.times += 1;
      return;
    }
    var kind = action in MOST ? action : "get"; // who asks about errors only asks
    told[kind] = (told[kind] || 0) + 1;
    if (told[kind] > MOST[kind]) return;
    waiting.push(call);
    listener = tell;
    if (waiting.length >= TOGETHER) Palier.tellCalls();
    else if (!timer) timer = setTimeout(Palier.tellCalls, SOON_MS);
  }

  // Tells of the calls that wait.
  Palier.tellCalls = function tellCalls() {
    clearTimeout(timer);
    timer = null;
    var calls = waiting;
    waiting = [];
    if (calls.length) listener(calls);
  };

  // Returns the API of an activity with each call told of, in batches; it answers as it did.
  Palier.traced = function traced(api, table, activity, tell) {
    var names = Object.keys(table.functions);
    var lastError = names.find(function (name) {
      return table.functions[name] === "last-error";
    });
    var found = Object.assign({}, api);
    names.forEach(function (name) {
      found[name] = function () {
        var result = api[name].apply(api, arguments);
        try {
          var args = Array.prototype.slice.call(arguments, 0, 4).map(cut);
          var code = String(api[lastError]());
          var call = { at: Date.now(), activity: activity, name: name, args: args, result: cut(result), code: code, times: 1 };
          note(call, table.functions[name], tell);
        } catch (error) {
          // an argument without a text: the call itself has answered
        }
        return result;
      };
    });
    return found;
  };
})();
