/* In a trial, beside the wrapper: notes every call that the SCO makes, for the player to show. Learners load none of it.
 *
 * A SCO may call without end. The same call in a row is one; of what it calls again and again each of the first hundred
 * is told of, after that now and then the last one. What says how the SCO ends is told of in any case.
 */
(function () {
  "use strict";

  var Palier = (window.Palier = window.Palier || {});
  var LONGEST = 300; // characters of a value that are shown
  var MANY = 100; // calls of one function about one element
  var MOST = 6000; // calls of one page load
  var TOGETHER = 100;
  var SOON_MS = 100;
  var LATE_MS = 20000;
  var ALWAYS = /^cmi\.(core\.)?(lesson_status|completion_status|success_status|score\.raw|score\.scaled|exit)$/;

  var listener = null;
  var waiting = [];
  var late = new Map(); // the last of what is called again and again
  var counts = new Map();
  var told = 0;
  var timer = null;
  var lateTimer = null;

  function cut(value) {
    var text = value === null || value === undefined ? "" : String(value);
    return text.length > LONGEST ? text.slice(0, LONGEST) + "… [" + text.length + "]" : text;
  }

  function keyOf(call) {
    return [call.activity, call.name, call.args[0], call.code].join("\n");
  }

  function isSame(one, other) {
    return keyOf(one) === keyOf(other) && one.result === other.result && one.args.join("\n") === other.args.join("\n");
  }

  function note(call, isVital) {
    var last = waiting[waiting.length - 1];
    if (last && isSame(last, call)) {
      last.times += 1;
      return;
    }
    var key = keyOf(call);
    counts.set(key, (counts.get(key) || 0) + 1);
    if (counts.get(key) <= MANY) {
      tell(call, isVital);
      return;
    }
    var before = late.get(key);
    if (before) call.times += before.call.times;
    late.set(key, { call: call, isVital: isVital });
    if (!lateTimer) lateTimer = setTimeout(Palier.tellCalls, LATE_MS);
  }

  function tell(call, isVital) {
    if (!isVital && ++told > MOST) return;
    waiting.push(call);
    if (waiting.length >= TOGETHER) send();
    else if (!timer) timer = setTimeout(send, SOON_MS);
  }

  function send() {
    clearTimeout(timer);
    timer = null;
    var calls = waiting;
    waiting = [];
    if (calls.length) listener(calls);
  }

  // Tells of all calls that wait.
  Palier.tellCalls = function tellCalls() {
    clearTimeout(lateTimer);
    lateTimer = null;
    late.forEach(function (entry) {
      tell(entry.call, entry.isVital);
    });
    late.clear();
    send();
  };

  // Returns the API of an activity with each call told of, in batches; it answers as it did.
  Palier.traced = function traced(api, table, activity, hear) {
    listener = hear;
    var names = Object.keys(table.functions);
    var lastError = names.find(function (name) {
      return table.functions[name] === "last-error";
    });
    var found = Object.assign({}, api);
    names.forEach(function (name) {
      var action = table.functions[name];
      found[name] = function () {
        var result = api[name].apply(api, arguments);
        try {
          var args = Array.prototype.slice.call(arguments, 0, 4).map(cut);
          var code = String(api[lastError]());
          var call = { at: Date.now(), activity: activity, name: name, args: args, result: cut(result), code: code, times: 1 };
          note(call, action === "open" || action === "close" || (action === "set" && ALWAYS.test(args[0])));
        } catch (error) {
          // an argument without a text: the call itself has answered
        }
        return result;
      };
    });
    return found;
  };
})();
