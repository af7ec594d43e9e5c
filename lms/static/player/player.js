/* The run-time in the browser: interprets the table of one SCORM edition, as scorm.runtime does in Python.
 *
 * Palier.RunTimeData(table, values)   the values of one SCO, checked by the table; needs table.js
 * Palier.createApi(table, data, hooks)   the object that the SCO looks for
 */
(function (global) {
  "use strict";

  var Palier = (global.Palier = global.Palier || {});
  var NOTES = "lms."; // names of the LMS's own notes: kept, never visible to a SCO
  var UNREADABLE = NOTES + "unreadable."; // notes of this name and a guarded element's: the SCO may not read it
  var UNWRITABLE = NOTES + "unwritable.";
  var has = Object.prototype.hasOwnProperty;

  function parentOf(name) {
    return name.slice(0, Math.max(name.lastIndexOf("."), 0));
  }

  function lastOf(name) {
    return name.slice(name.lastIndexOf(".") + 1);
  }

  // What two values that count as the same have in common.
  function keyOf(value, rule) {
    return rule.unique === "set" ? value.split("[,]").sort().join("[,]") : value;
  }

  // ------------------------------------------------------------------ the data of one session

  // `changes(element, effectiveValue)` may be set: it is told of each accepted set.
  Palier.RunTimeData = function RunTimeData(table, values) {
    this.table = table;
    this.codes = table.codes;
    this.setCodes = Object.assign({}, table.codes, table.setCodes);
    this.changes = null;
    this.lastCode = table.codes.none;
    this.lastName = "";
    this.names = new Palier.Names(table);
    this.stored = new Map();
    this.counts = new Map();
    this.holders = new Map(); // of each collection with unique values: which record has which
    this.families = new Set();
    this.take(values);
  };

  var Data = Palier.RunTimeData.prototype;

  Data.take = function (values) {
    Object.keys(values).forEach(function (name) {
      this.stored.set(name, String(values[name]));
      if (name.indexOf(NOTES) === 0) return;
      var place = this.names.resolve(name);
      if (place.family) this.families.add(place.family);
      this.count(place);
    }, this);
  };

  Data.values = function () {
    return Object.fromEntries(this.stored);
  };

  // New values of what only the LMS sets; of elements with targets, all that are known now are given.
  Data.refresh = function (values) {
    var names = this.names;
    var families = new Set(
      Object.keys(values).map(function (name) {
        return names.resolve(name).family;
      }),
    );
    families.delete("");
    this.stored.forEach(function (value, name, stored) {
      if (families.has(names.resolve(name).family)) stored.delete(name);
    });
    this.take(values);
  };

  Data.getValue = function (name) {
    var place = this.names.resolve(name);
    for (var i = 0; i < place.readable.length; i++) {
      if (place.readable[i][1] >= (this.counts.get(place.readable[i][0]) || 0)) return this.unread("index");
    }
    if (place.onGet !== null) return this.unread(place.onGet);
    this.lastCode = this.codes.none;
    if (place.isCount) return String(this.counts.get(place.collection) || 0);
    var demands = place.rule.demands;
    if (demands.guarded && this.stored.has(UNREADABLE + place.name)) return this.unread("write-only");
    var value = this.valueOf(place, demands);
    return value === null || (value === "" && demands.void) ? this.unread("value") : value;
  };

  Data.valueOf = function (place, demands) {
    if (demands.evaluation && this.stored.get(demands.evaluation[0])) return this.evaluated(demands.evaluation);
    var value = this.stored.get(place.name);
    if (value !== undefined) return value;
    return this.families.has(place.family) ? demands.beside : place.rule.initial;
  };

  // [threshold, measure, reached, missed, unknown]
  Data.evaluated = function (evaluation) {
    var measure = this.stored.get(evaluation[1]);
    if (!measure) return evaluation[4];
    return Number(measure) >= Number(this.stored.get(evaluation[0])) ? evaluation[2] : evaluation[3];
  };

  Data.setValue = function (name, value) {
    var place = this.names.resolve(name);
    var refusal = this.whyOutOfReach(place);
    if (refusal !== null) return this.unset(refusal);
    var rule = place.rule;
    if (rule.variants !== null) rule = rule.variants.get(this.stored.get(place.by));
    if (rule === undefined) return this.unset("dependency");
    refusal = this.whyUnwanted(place, rule, value);
    if (refusal !== null) return this.unset(refusal);
    var kept = rule.judge(value, rule.appends ? this.stored.get(place.name) || "" : "");
    if (kept === null) return this.unset(rule.fault);
    this.keep(place, rule, kept);
    this.lastName = place.name;
    this.lastCode = this.codes.none;
    if (this.changes !== null) this.changes(place.name, kept);
    return "true";
  };

  Data.unread = function (condition) {
    this.lastCode = this.codes[condition];
    return "";
  };

  Data.unset = function (condition) {
    this.lastCode = this.setCodes[condition];
    return "false";
  };

  // Why an element cannot be set, whatever the value; null when it can.
  Data.whyOutOfReach = function (place) {
    for (var i = 0; i < place.records.length; i++) {
      var record = place.records[i];
      var count = this.counts.get(record.collection) || 0;
      if (record.index < count) continue;
      if (record.index > count || record.isFixed) return "index";
      if (record.isDependent) return "dependency";
    }
    if (place.onSet !== null) return place.onSet;
    return place.rule.demands.guarded && this.stored.has(UNWRITABLE + place.name) ? "read-only" : null;
  };

  // Why this record cannot have this value, legal or not; null when it can.
  Data.whyUnwanted = function (place, rule, value) {
    var record = place.records[place.records.length - 1];
    if (rule.most !== null && record.index >= rule.most) return "full";
    if (rule.demands.once && this.stored.has(place.name) && this.stored.get(place.name) !== value) return "once";
    if (rule.unique === null) return null;
    var holder = this.holdersOf(place, rule).get(keyOf(value, rule));
    return holder === undefined || holder === record.index ? null : "duplicate";
  };

  Data.keep = function (place, rule, value) {
    var before = this.stored.get(place.name);
    if (place.clears.length && before !== value) place.clears.forEach(this.forget, this);
    if (rule.unique !== null) {
      var holders = this.holdersOf(place, rule);
      if (before !== undefined) holders.delete(keyOf(before, rule));
      holders.set(keyOf(value, rule), place.records[place.records.length - 1].index);
    }
    this.stored.set(place.name, value);
    this.count(place);
  };

  // Forgets a value, or a whole collection given as `collection.n.field`.
  Data.forget = function (name) {
    var parts = name.split(".n.");
    this.stored.delete(name);
    this.holders.delete(parts[0]);
    for (var i = this.counts.get(parts[0]) || 0; i-- > 0; ) this.stored.delete(parts[0] + "." + i + "." + parts[1]);
    this.counts.delete(parts[0]);
  };

  Data.holdersOf = function (place, rule) {
    var collection = parentOf(parentOf(place.name));
    var holders = this.holders.get(collection);
    if (holders === undefined) {
      holders = new Map();
      for (var i = 0; i < (this.counts.get(collection) || 0); i++) {
        var value = this.stored.get(collection + "." + i + "." + lastOf(place.name));
        if (value !== undefined) holders.set(keyOf(value, rule), i);
      }
      this.holders.set(collection, holders);
    }
    return holders;
  };

  Data.count = function (place) {
    for (var i = 0; i < place.records.length; i++) {
      var record = place.records[i];
      if (record.index >= (this.counts.get(record.collection) || 0)) {
        this.counts.set(record.collection, record.index + 1);
      }
    }
  };

  // ------------------------------------------------------------------ the API object of one launch

  var NEXT_STATE = { open: "running", close: "finished" };

  /* hooks, each optional:
   *   onInitialize(again)       `again` is true when a reloaded SCO opens its session once more
   *   onChange(element, value)  the value as the SCO gave it
   *   onCommit(), onFinish()    false: the LMS could not do its part, the SCO is told the book's code
   * No exception of a hook reaches the SCO: it counts as false.
   */
  Palier.createApi = function createApi(table, data, hooks) {
    var state = "not-initialized";
    var lastError = table.codes.none;
    var isLenient = table.profile === "lenient";
    hooks = hooks || {};

    function ask(hook, first, second) {
      try {
        return !hooks[hook] || hooks[hook](first, second) !== false;
      } catch (error) {
        if (global.console) global.console.error(error);
        return false;
      }
    }

    function isEmpty(args) {
      if (args.length === 0 || args[0] === null || args[0] === undefined) return isLenient;
      return String(args[0]) === "";
    }

    function refusal(action, args) {
      var found = table.refusals[state + " " + action] || null;
      if (found !== null && !found[1]) return found[0];
      if (action !== "get" && action !== "set" && !isEmpty(args)) return table.codes.argument;
      return found === null ? null : found[0];
    }

    function text(code, part) {
      return has.call(table.texts, code) ? table.texts[code][part] : "";
    }

    function argument(args) {
      return args.length === 0 || args[0] === null || args[0] === undefined ? "" : String(args[0]);
    }

    function finish(action, hook, flag) {
      if (!ask(hook, flag)) {
        lastError = table.failures[action];
        return "false";
      }
      state = NEXT_STATE[action] || state;
      lastError = table.codes.none;
      return "true";
    }

    var perform = {
      open: function () {
        return finish("open", "onInitialize", state !== "not-initialized");
      },
      close: function () {
        return finish("close", "onFinish");
      },
      commit: function () {
        return finish("commit", "onCommit");
      },
      get: function (args) {
        var value = data.getValue(String(args[0]));
        lastError = data.lastCode;
        return value;
      },
      set: function (args) {
        var value = String(args[1]);
        var answer = data.setValue(String(args[0]), value);
        lastError = data.lastCode;
        if (answer === "true" && !ask("onChange", data.lastName, value)) {
          lastError = table.failures.set;
          return "false";
        }
        return answer;
      },
    };

    var aboutErrors = {
      "last-error": function () {
        return lastError;
      },
      "error-string": function (args) {
        return text(argument(args), 0);
      },
      diagnostic: function (args) {
        return text(argument(args) || lastError, 1);
      },
    };

    function answer(action, args) {
      var code = refusal(action, args);
      if (code === null) return perform[action](args);
      lastError = code;
      return action === "get" ? "" : "false";
    }

    // A SCO never sees an exception, not even for an argument that has no text.
    function functionFor(action) {
      return function () {
        try {
          return has.call(aboutErrors, action) ? aboutErrors[action](arguments) : answer(action, arguments);
        } catch (error) {
          if (global.console) global.console.error(error);
          lastError = table.codes.general;
          return action === "get" ? "" : "false";
        }
      };
    }

    var api = {};
    Object.keys(table.functions).forEach(function (name) {
      api[name] = functionFor(table.functions[name]);
    });
    if (table.version) api.version = table.version;
    return api;
  };
})(typeof window === "undefined" ? globalThis : window);
