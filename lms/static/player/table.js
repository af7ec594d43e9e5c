/* The table of one SCORM edition, made ready: what its elements take, and what a name stands for.
 *
 * The same as scorm.runtime.checks, rules and names in Python.
 * Palier.Names(table)   resolve(name) returns the place of a name, with the rule that judges its values
 */
(function (global) {
  "use strict";

  var Palier = (global.Palier = global.Palier || {});
  var ANY_TARGET = ".{target=*}";
  var REMEMBERED = 4096; // names; a SCO uses a few hundred
  var has = Object.prototype.hasOwnProperty;

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

  function whole(pattern) {
    return new RegExp("^(?:" + pattern + ")$");
  }

  // ------------------------------------------------------------------ language tags, responses

  function Checks(table) {
    this.languages = table.languages ? new Set(table.languages.split(" ")) : null;
    this.identifier = whole(table.parts.identifier || "");
    this.real = whole(table.parts.real || "");
  }

  Checks.prototype.language = function (tag) {
    if (!/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag)) return false;
    var first = tag.toLowerCase().split("-")[0];
    if (this.languages === null || this.languages.has(first)) return true;
    return first === "i" || first === "x" ? tag.length > 1 : /^q[a-t][a-z]$/.test(first);
  };

  Checks.prototype.localized = function (text) {
    return this.withoutFront(text, ["lang"]) !== null;
  };

  // What follows the reserved delimiters at the front; null when one has a wrong value. What comes again is text.
  Checks.prototype.withoutFront = function (text, names) {
    var left = names;
    while (left.length && text.charAt(0) === "{") {
      var name = text.slice(1, text.indexOf("="));
      var end = text.indexOf("}");
      if (end < 0 || left.indexOf(name) < 0 || text.charAt(name.length + 1) !== "=") break;
      var value = text.slice(name.length + 2, end);
      if (!(name === "lang" ? this.language(value) : value === "true" || value === "false")) return null;
      left = left.filter(function (other) {
        return other !== name;
      });
      text = text.slice(end + 1);
    }
    return text;
  };

  Checks.prototype.fits = function (grammar, text) {
    var rest = this.withoutFront(text, grammar.front || []);
    if (!rest) return rest !== null && grammar.empty === 1;
    if (!grammar.list) return this.isPart(grammar, rest);
    var parts = rest.split("[,]");
    if (grammar.distinct && new Set(parts).size < parts.length) return false;
    for (var i = 0; i < parts.length; i++) if (!this.isPart(grammar, parts[i])) return false;
    return true;
  };

  Checks.prototype.isPart = function (grammar, text) {
    if (!grammar.pair) return this.isSide(grammar.left, text);
    var sides = text.split(grammar.pair);
    if (sides.length !== 2) return false;
    var left = sides[0];
    var right = sides[1];
    if ((left !== "") + (right !== "") < (grammar.sides || 0)) return false;
    if (left !== "" && !this.isSide(grammar.left, left)) return false;
    if (right !== "" && !this.isSide(grammar.right, right)) return false;
    return grammar.right !== "real" || left === "" || right === "" || Number(left) <= Number(right);
  };

  var RANGE = { left: "real", right: "real", pair: "[:]" };

  Checks.prototype.isSide = function (part, text) {
    if (part === "identifier") return this.identifier.test(text);
    if (part === "real") return this.real.test(text);
    if (part === "localized") return this.localized(text);
    return part !== "answer" || text.indexOf("[:]") < 0 || this.fits(RANGE, text);
  };

  // ------------------------------------------------------------------ rules

  var USUAL = {};

  function Rule(type, row, checks) {
    var demands = row[4] || USUAL;
    this.access = row[1];
    this.initial = row[2] === undefined ? "" : row[2];
    this.cap = row[3] === undefined ? 255 : row[3];
    this.demands = demands;
    this.appends = demands.appends === 1;
    this.unique = demands.unique || null;
    this.most = null;
    this.variants = null;
    this.words = new Set(type.words || []);
    this.others = new Map(Object.entries(type.others || {}));
    this.pattern = type.pattern === undefined ? null : whole(type.pattern);
    this.grammar = type.grammar || null;
    this.check = type.check || null;
    this.range = type.range || null;
    this.checks = checks;
    this.fault = "";
  }

  // Returns the value to keep, or null with the reason in `this.fault`.
  Rule.prototype.judge = function (value, before) {
    if (this.words.has(value)) return value;
    if (this.others.has(value)) return this.others.get(value);
    var kept = before + value;
    this.fault = !this.fits(value) ? "type" : isLonger(kept, this.cap) ? "long" : "";
    if (this.fault === "" && this.range !== null && this.isOutOfRange(Number(value))) this.fault = "range";
    return this.fault === "" ? kept : null;
  };

  Rule.prototype.fits = function (value) {
    if (this.pattern !== null) return this.pattern.test(value);
    if (this.grammar !== null) return this.checks.fits(this.grammar, value);
    if (this.check !== null) return this.checks[this.check](value);
    return this.words.size === 0;
  };

  Rule.prototype.isOutOfRange = function (number) {
    return (this.range[0] !== null && number < this.range[0]) || (this.range[1] !== null && number > this.range[1]);
  };

  function rulesOf(table) {
    var checks = new Checks(table);
    var rules = new Map();
    Object.keys(table.elements).forEach(function (name) {
      var row = table.elements[name];
      var rule = new Rule(table.types[row[0]], row, checks);
      if (rule.demands.variants) {
        rule.variants = new Map();
        Object.keys(rule.demands.variants).forEach(function (word) {
          var variant = rule.demands.variants[word];
          var chosen = new Rule(table.types[variant[0]], row, checks);
          chosen.most = variant[1];
          chosen.unique = variant[2];
          rule.variants.set(word, chosen);
        });
      }
      rules.set(name, rule);
    });
    return rules;
  }

  // ------------------------------------------------------------------ names

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

  // The pattern with the indexes of the records for its first `n`s.
  function withIndexes(pattern, records) {
    return records.reduce(function (text, record) {
      return text.replace(".n.", "." + record.index + ".");
    }, pattern);
  }

  function nowhere(name, why, records) {
    var readable = records.map(function (record) {
      return [record.collection, record.index];
    });
    return { name: name, rule: null, records: records, readable: readable, onGet: why, onSet: why, family: "", clears: [] };
  }

  function Names(table) {
    this.rules = rulesOf(table);
    this.collections = new Map(Object.entries(table.collections));
    this.bySegment = table.bySegment === 1;
    this.nodes = new Set();
    this.roots = new Set();
    this.known = new Map();
    this.rules.forEach(function (rule, name) {
      this.roots.add(name.split(".")[0]);
      for (var node = parentOf(name); node; node = parentOf(node)) this.nodes.add(node);
    }, this);
  }

  /* What a name stands for: {name, rule, records, readable, collection, isCount, onGet, onSet, family, by, clears}.
   * `records` are those on the way, `readable` the [collection, index] pairs that must be there for a reader; `onGet`
   * and `onSet` say why it is refused; `family` is the name before a target.
   */
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
    var brace = name.indexOf(".{");
    if (brace >= 0) return this.targeted(name, name.slice(0, brace), name.slice(brace + 1));
    var segments = name.split(".");
    var pattern = patternOf(segments);
    var rule = this.rules.get(pattern);
    if (rule === undefined) return this.unknown(name, segments, pattern);
    var way = this.way(segments, pattern);
    var keyword = lastOf(pattern).charAt(0) === "_";
    var isCount = lastOf(pattern) === "_count";
    var record = parentOf(way.path);
    return {
      name: way.path,
      rule: rule,
      records: way.records,
      readable: this.readable(rule, way.records, isCount),
      collection: record,
      isCount: isCount,
      onGet: rule.access === "w" ? "write-only" : null,
      onSet: keyword ? "keyword" : rule.access === "r" ? "read-only" : null,
      family: "",
      by: withIndexes(rule.demands.by || "", way.records),
      clears: (rule.demands.clears || []).map(function (field) {
        return record + "." + field;
      }),
    };
  };

  Names.prototype.targeted = function (name, family, target) {
    var rule = this.rules.get(family + ANY_TARGET);
    if (rule === undefined) return this.unknown(name, name.split("."), name);
    if (!/^\{target=[^{}]+\}$/.test(target)) return nowhere(name, "target", []);
    var place = nowhere(name, null, []);
    place.rule = rule;
    place.onSet = rule.access === "r" ? "read-only" : null;
    place.family = family;
    return place;
  };

  Names.prototype.unknown = function (name, segments, pattern) {
    var way = segments;
    if (!this.bySegment) return nowhere(name, this.whyUnknown(segments, pattern), []);
    while (way.length && !this.nodes.has(patternOf(way))) way = way.slice(0, -1);
    return nowhere(name, this.whyUnknown(segments, pattern), way.length ? this.way(way, "").records : []);
  };

  // The canonical name and the records on the way: {collection, index, isDependent, isFixed}.
  Names.prototype.way = function (segments, pattern) {
    var path = segments[0];
    var known = path;
    var records = [];
    for (var i = 1; i < segments.length; i++) {
      if (!isIndex(segments[i])) {
        path += "." + segments[i];
        known += "." + segments[i];
        continue;
      }
      var rule = this.collections.get(known) || ["", 0];
      var index = indexOf(segments[i]);
      known += ".n";
      var isDependent = rule[0] !== "" && pattern !== known + "." + rule[0];
      records.push({ collection: path, index: index, isDependent: isDependent, isFixed: rule[1] === 1 });
      path += "." + index;
    }
    return { path: path, records: records };
  };

  // In 1.2, write-only comes before a missing record, and the lists inside the next record read as empty.
  Names.prototype.readable = function (rule, records, isCount) {
    if (!this.bySegment && rule.access === "w") return [];
    var slack = !this.bySegment && isCount ? 1 : 0;
    return records.map(function (record) {
      return [record.collection, record.index - slack];
    });
  };

  var MISPLACED = { _children: "children", _count: "count", _version: "version" };

  Names.prototype.whyUnknown = function (segments, pattern) {
    var self = this;
    function isKnown(name) {
      return self.nodes.has(name) || self.rules.has(name);
    }
    var last = lastOf(pattern);
    var parent = parentOf(pattern);
    if (pattern === "") return "empty";
    if (this.rules.has(pattern + ANY_TARGET) || this.rules.has(parent + ANY_TARGET)) return "target";
    if (segments.indexOf("") >= 0 || !this.roots.has(segments[0]) || this.nodes.has(pattern)) return "name";
    if (has.call(MISPLACED, last) && isKnown(parent)) return MISPLACED[last];
    return isKnown(patternOf(segments.slice(0, 2))) ? "child" : "model";
  };

  Palier.Names = Names;
})(typeof window === "undefined" ? globalThis : window);
