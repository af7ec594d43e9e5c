/* The run-time in the browser: interprets the table of one SCORM edition, as scorm.runtime does in Python.
 *
 * Palier.RunTimeData(table, values)   the values of one SCO, checked by the table
 * Palier.createApi(table, data, hooks)   the object that the SCO looks for
 */
(function (global) {
  "use strict";

  var Palier = (global.Palier = global.Palier || {});
  var NOTES = "lms."; // names of the LMS's own notes: kept, never visible to a SCO
  var REMEMBERED = 4096;
  var has = Object.prototype.hasOwnProperty;

  function isIndex(segment) {
    return /^[0-9]+$/.test(segment);
  }

  // An index of more than nine digits is beyond every collection.
  function indexOf(segment) {
    return segment.length < 10 ? Number(segment) : 1e9;
  }

  // The name with `n` for each index; an `n` that was written as such becomes unknown.
  function patternOf(segments) {
    return segments
      .map(function (segment) {
        return isIndex(segment) ? "n" : segment === "n" ? "*" : segment;
      })
      .join(".");
  }

  function parentOf(name) {
    return name.slice(0, Math.max(name.lastIndexOf("."), 0));
  }

  function lastOf(name) {
    return name.slice(name.lastIndexOf(".") + 1);
  }

  // Characters are code points, as in Python; `limit` spares counting where no doubt is possible.
  function isLonger(text, limit) {
    if (text.length <= limit) return false;
    if (text.length > 2 * limit) return true;
    var count = 0;
    for (var position = 0; position < text.length; position++, count++) {
      var unit = text.charCodeAt(position);
      var next = text.charCodeAt(position + 1);
      if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) position++;
    }
    return count > limit;
  }

  // ------------------------------------------------------------------ the table, made ready

  function Rule(type, row) {
    this.access = row[1];
    this.initial = row[2] === undefined ? "" : row[2];
    this.cap = row[3] === undefined ? 255 : row[3];
    this.appends = row[4] === 1;
    this.words = new Set(type.words || []);
    this.aliases = new Map(Object.entries(type.aliases || {}));
    this.pattern = type.pattern === undefined ? null : new RegExp("^(?:" + type.pattern + ")$");
    this.range = type.range || null;
  }

  // Returns the value to keep, or null with the reason in `this.fault`.
  Rule.prototype.judge = function (value, before) {
    if (this.words.has(value)) return value;
    if (this.aliases.has(value)) return this.aliases.get(value);
    var kept = before + value;
    this.fault = "type";
    if (isLonger(kept, this.cap)) return null;
    if (this.pattern === null) return this.words.size ? null : kept;
    if (!this.pattern.test(value)) return null;
    if (this.range !== null) {
      var number = Number(value);
      this.fault = "range";
      if (!(this.range[0] <= number && number <= this.range[1])) return null;
    }
    return kept;
  };

  function Names(table) {
    this.rules = new Map();
    this.nodes = new Set();
    this.roots = new Set();
    this.known = new Map();
    Object.keys(table.elements).forEach(function (name) {
      var row = table.elements[name];
      this.rules.set(name, new Rule(table.types[row[0]], row));
      this.roots.add(name.split(".")[0]);
      for (var node = parentOf(name); node; node = parentOf(node)) this.nodes.add(node);
    }, this);
  }

  // What a name stands for: {name, rule, records, collection, onGet, onSet}; the last two say why it is refused.
  Names.prototype.resolve = function (name) {
    var place = this.known.get(name);
    if (place === undefined) {
      place = this.place(name);
      if (this.known.size >= REMEMBERED) this.known.clear();
      if (name.length < 256) this.known.set(name, place);
    }
    return place;
  };

  Names.prototype.place = function (name) {
    var segments = name.split(".");
    var pattern = patternOf(segments);
    var rule = this.rules.get(pattern);
    if (rule === undefined) {
      var why = this.whyUnknown(segments, pattern);
      return { name: name, rule: null, onGet: why, onSet: why };
    }
    var path = segments[0];
    var records = [];
    segments.slice(1).forEach(function (segment) {
      if (isIndex(segment)) {
        records.push([path, indexOf(segment)]);
        segment = String(indexOf(segment));
      }
      path += "." + segment;
    });
    var keyword = lastOf(pattern).charAt(0) === "_";
    return {
      name: path,
      rule: rule,
      records: records,
      collection: parentOf(path),
      isCount: lastOf(pattern) === "_count",
      onGet: rule.access === "w" ? "write-only" : null,
      onSet: keyword ? "keyword" : rule.access === "r" ? "read-only" : null,
    };
  };

  Names.prototype.whyUnknown = function (segments, pattern) {
    var self = this;
    function isKnown(name) {
      return self.nodes.has(name) || self.rules.has(name);
    }
    if (segments.indexOf("") >= 0 || !this.roots.has(segments[0]) || this.nodes.has(pattern)) return "name";
    var last = lastOf(pattern);
    if (isKnown(parentOf(pattern))) {
      if (last === "_children") return "children";
      if (last === "_count") return "count";
    }
    return isKnown(patternOf(segments.slice(0, 2))) ? "child" : "model";
  };

  // ------------------------------------------------------------------ the data of one session

  // `changes(element, effectiveValue)` may be set: it is told of each accepted set.
  Palier.RunTimeData = function RunTimeData(table, values) {
    this.table = table;
    this.changes = null;
    this.lastCode = table.codes.none;
    this.lastName = "";
    this.names = new Names(table);
    this.stored = new Map();
    this.counts = new Map();
    Object.keys(values).forEach(function (name) {
      this.stored.set(name, String(values[name]));
      if (name.indexOf(NOTES) !== 0) this.count(this.names.resolve(name));
    }, this);
  };

  var Data = Palier.RunTimeData.prototype;

  Data.values = function () {
    return Object.fromEntries(this.stored);
  };

  Data.getValue = function (name) {
    var place = this.names.resolve(name);
    if (place.onGet !== null) return this.refuse(place.onGet, "");
    var slack = place.isCount ? 1 : 0; // the lists inside the next record read as empty
    if (!this.reaches(place, slack)) return this.refuse("index", "");
    this.lastCode = this.table.codes.none;
    if (place.isCount) return String(this.counts.get(place.collection) || 0);
    var value = this.stored.get(place.name);
    return value === undefined ? place.rule.initial : value;
  };

  Data.setValue = function (name, value) {
    var place = this.names.resolve(name);
    if (place.rule === null) return this.refuse(place.onSet, "false");
    if (!this.reaches(place, 1)) return this.refuse("index", "false");
    if (place.onSet !== null) return this.refuse(place.onSet, "false");
    var before = place.rule.appends ? this.stored.get(place.name) || "" : "";
    var kept = place.rule.judge(value, before);
    if (kept === null) return this.refuse(place.rule.fault, "false");
    this.stored.set(place.name, kept);
    this.count(place);
    this.lastName = place.name;
    this.lastCode = this.table.codes.none;
    if (this.changes !== null) this.changes(place.name, kept);
    return "true";
  };

  Data.refuse = function (condition, answer) {
    this.lastCode = this.table.codes[condition];
    return answer;
  };

  // Whether each record on the way exists, or is among the `slack` next ones.
  Data.reaches = function (place, slack) {
    for (var i = 0; i < place.records.length; i++) {
      var record = place.records[i];
      if (record[1] >= (this.counts.get(record[0]) || 0) + slack) return false;
    }
    return true;
  };

  Data.count = function (place) {
    for (var i = 0; i < place.records.length; i++) {
      var record = place.records[i];
      if (record[1] >= (this.counts.get(record[0]) || 0)) this.counts.set(record[0], record[1] + 1);
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
