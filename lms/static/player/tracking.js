/* The tracking state of a course of SCORM 2004 on the device: what scorm.sequencing keeps, without the rules of a
 * manifest (tree, tracking, objectives, transfer, attempts and the default rollup in Python, function by function).
 */

import { KINDS, UNKNOWN } from "./closing2004.js";

export const PRIMARY = 0;
const TOLERANCE = 1e-9;
const FLAGS = {
  isActive: "active",
  isSuspended: "suspended",
  isSuccessUnknown: "success_unknown",
  isCompletionUnknown: "completion_unknown",
};

// Activities in document order, the root first; `node.place` is the index, `node.parent` that of the one above.
export class Tree {
  constructor(items, edition) {
    this.edition = edition;
    this.nodes = items.map((item, place) => ({ ...item, place, children: [], depth: 0 }));
    for (const node of this.nodes) {
      if (node.parent < 0) continue;
      node.depth = this.nodes[node.parent].depth + 1;
      this.nodes[node.parent].children.push(node.place);
    }
    this.nodes.forEach((node) => (node.isLeaf = !node.children.length));
    this.leaves = this.nodes.filter((node) => node.isLeaf);
    this.places = new Map(this.nodes.map((node) => [node.id, node.place]));
  }

  path(place, ancestor) {
    const found = [place];
    while (place !== ancestor) found.push((place = this.nodes[place].parent));
    return found;
  }

  commonAncestor(one, other) {
    while (one !== other) {
      if (this.nodes[one].depth >= this.nodes[other].depth) one = this.nodes[one].parent;
      else other = this.nodes[other].parent;
    }
    return one;
  }
}

// A fork shares every record until one side writes it: write a record only as `writable` gives it.
export class Tracking {
  constructor(tree, document, keepsObjectives) {
    this.tree = tree;
    this.origin = document;
    this.keepsObjectives = keepsObjectives;
    this.owner = {};
    const shared = Object.entries(document.globals || {});
    this.globals = new Map(shared.map(([name, known]) => [name, { ...UNKNOWN, ...known }]));
    this.records = tree.nodes.map((node) => this.restored(node, (document.activities || {})[node.id] || {}));
    const placeOf = (name) => tree.places.get(name) ?? null;
    this.current = placeOf(document.current);
    this.suspended = placeOf(document.suspended);
  }

  restored(node, found) {
    const known = found.objectives || {};
    const record = {
      owner: this.owner,
      attempts: found.attempts || 0,
      parentAttempt: found.parent_attempt || 0,
      objectives: node.objectives.map((_, at) => ({ ...UNKNOWN, ...known[at] })),
    };
    for (const [name, short] of Object.entries(FLAGS)) record[name] = found[short] === true;
    return record;
  }

  // The same document as scorm.sequencing.documents writes; what is at its beginning is left out.
  asDocument() {
    const { nodes } = this.tree;
    const known = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    const found = { ...this.origin, version: 1, prepared: true, activities: {} };
    delete found.current;
    delete found.suspended;
    if (this.current !== null) found.current = nodes[this.current].id;
    if (this.suspended !== null) found.suspended = nodes[this.suspended].id;
    this.records.forEach((record, place) => {
      const own = {};
      for (const [name, short] of Object.entries(FLAGS)) if (record[name]) own[short] = true;
      if (record.attempts) own.attempts = record.attempts;
      if (record.parentAttempt) own.parent_attempt = record.parentAttempt;
      const objectives = record.objectives.map((values, at) => [at, known(values)]);
      const told = objectives.filter(([, values]) => Object.keys(values).length);
      if (told.length) own.objectives = Object.fromEntries(told);
      if (Object.keys(own).length) found.activities[nodes[place].id] = own;
    });
    const shared = [...this.globals].map(([name, values]) => [name, known(values)]);
    found.globals = Object.fromEntries(shared.filter(([, values]) => Object.keys(values).length));
    return found;
  }

  fork() {
    const found = Object.assign(Object.create(Tracking.prototype), this);
    found.globals = new Map(this.globals);
    found.records = [...this.records];
    found.owner = {};
    this.owner = {};
    return found;
  }

  writable(place) {
    if (this.records[place].owner !== this.owner) this.records[place] = { ...this.records[place], owner: this.owner };
    return this.records[place];
  }

  get isRunning() {
    return this.current !== null && this.records[this.current].isActive;
  }

  lastActivity() {
    let place = 0;
    while (this.tree.nodes[place].children.length) place = this.tree.nodes[place].children.at(-1);
    return place;
  }

  // ---------------------------------------------------------------- objectives: their own values, or what maps read

  read(node, at, kind) {
    const target = node.objectives[at].reads[kind];
    return target === undefined ? undefined : (this.globals.get(target) || UNKNOWN)[kind];
  }

  satisfiedOf(node, at = PRIMARY, isStale = false) {
    if (node.objectives[at].byMeasure) return this.satisfiedByMeasure(node, at, this.measureOf(node, at, isStale));
    const shared = this.read(node, at, "satisfied");
    return shared !== undefined ? shared : isStale ? null : this.records[node.place].objectives[at].satisfied;
  }

  satisfiedByMeasure(node, at, measure) {
    if (measure === null || (!node.measureIfActive && this.records[node.place].isActive)) return null;
    return measure >= node.objectives[at].minimum - TOLERANCE;
  }

  measureOf(node, at = PRIMARY, isStale = false) {
    const shared = this.read(node, at, "measure");
    return shared !== undefined ? shared : isStale ? null : this.records[node.place].objectives[at].measure;
  }

  progressOf(node, isStale = false) {
    const own = isStale ? null : this.records[node.place].objectives[PRIMARY].progress;
    return this.read(node, PRIMARY, "progress") ?? own;
  }

  completedOf(node, isStale = false) {
    if (node.threshold !== null) {
      const amount = this.progressOf(node, isStale);
      return amount === null ? null : amount >= node.threshold - TOLERANCE;
    }
    const own = isStale ? null : this.records[node.place].objectives[PRIMARY].completed;
    return this.read(node, PRIMARY, "completed") ?? own;
  }

  valuesOf(node, at) {
    const found = { satisfied: this.satisfiedOf(node, at), measure: this.measureOf(node, at) };
    for (const kind of ["completed", "progress", "raw", "minimum", "maximum"]) {
      found[kind] = this.read(node, at, kind) ?? this.records[node.place].objectives[at][kind];
    }
    return found;
  }

  put(node, at, changes) {
    const record = this.writable(node.place);
    record.objectives = record.objectives.with(at, { ...record.objectives[at], ...changes });
    this.write(node, at, changes);
  }

  write(node, at, changes) {
    const link = node.objectives[at];
    const byProgress = at === PRIMARY && node.threshold !== null;
    const isDerived = { satisfied: link.byMeasure, completed: byProgress };
    for (const [kind, value] of Object.entries(changes)) if (!isDerived[kind]) this.copy(link, kind, value);
    if (link.byMeasure) {
      const measure = this.measureOf(node, at) ?? this.records[node.place].objectives[at].measure;
      const satisfied = this.satisfiedByMeasure(node, at, measure);
      if (satisfied !== null || "measure" in changes) this.copy(link, "satisfied", satisfied);
    }
    if (byProgress && "progress" in changes) this.copy(link, "completed", this.completedOf(node));
  }

  copy(link, kind, value) {
    for (const target of link.writes[kind] || []) {
      this.globals.set(target, { ...(this.globals.get(target) || UNKNOWN), [kind]: value });
    }
  }

  // ---------------------------------------------------------------- what a SCO reports of its attempt

  report(identifier, report, isSuspended) {
    const node = this.tree.nodes[this.tree.places.get(identifier)];
    if (!node.isTracked) return;
    this.writable(node.place).isSuspended = isSuspended;
    node.objectives.forEach((link, at) => {
      const entry = link.id ? report.objectives.get(link.id) : undefined;
      if (at === PRIMARY) this.takePrimary(node, report.main, entry);
      else if (entry) this.takeReported(node, at, entry);
    });
  }

  takePrimary(node, main, entry) {
    const own = main.values;
    const other = entry ? entry.values : UNKNOWN;
    const isUnknownThere = entry !== undefined && entry.isSuccessUnknown;
    const values = Object.fromEntries(KINDS.map((kind) => [kind, own[kind] ?? other[kind]]));
    values.satisfied = other.satisfied === null && !isUnknownThere ? own.satisfied : other.satisfied;
    values.completed = own.completed === null && !main.isCompletionUnknown ? other.completed : own.completed;
    const record = this.writable(node.place);
    record.isSuccessUnknown = (main.isSuccessUnknown || isUnknownThere) && values.satisfied === null;
    const saysCompletion = main.isCompletionUnknown || (entry !== undefined && entry.isCompletionUnknown);
    record.isCompletionUnknown = saysCompletion && values.completed === null;
    const { isSuccessUnknown, isCompletionUnknown } = record;
    this.takeReported(node, PRIMARY, { values, isSuccessUnknown, isCompletionUnknown });
  }

  takeReported(node, at, reported) {
    const before = this.records[node.place].objectives[at];
    const isTold = (kind) => reported.values[kind] !== null || before[kind] !== null;
    const changes = Object.fromEntries(KINDS.filter(isTold).map((kind) => [kind, reported.values[kind]]));
    if (reported.isSuccessUnknown) changes.satisfied = null;
    if (reported.isCompletionUnknown) changes.completed = null;
    if (Object.keys(changes).length) this.put(node, at, changes);
  }

  // ---------------------------------------------------------------- how attempts begin and end

  beginAttempt(place) {
    const node = this.tree.nodes[place];
    const record = this.writable(place);
    const isNew = !record.isSuspended;
    if (node.isTracked && isNew) {
      record.attempts += 1;
      record.objectives = node.objectives.map(() => UNKNOWN);
      record.isSuccessUnknown = record.isCompletionUnknown = false;
    }
    if (node.isTracked && node.parent >= 0) record.parentAttempt = this.records[node.parent].attempts;
    record.isSuspended = false;
    record.isActive = true;
    return isNew;
  }

  endAttempt(place) {
    const node = this.tree.nodes[place];
    let record = this.writable(place);
    if (!node.isLeaf) record.isSuspended = node.children.some((child) => this.records[child].isSuspended);
    else if (node.isTracked && !record.isSuspended) this.fillGaps(node);
    record = this.writable(place);
    record.isActive = false;
    node.objectives.forEach((link, at) => node.isTracked && link.byMeasure && this.write(node, at, {}));
    this.rollUpFrom(place);
  }

  // Completes and satisfies a leaf whose content says nothing of it and is not meant to.
  fillGaps(node) {
    const { isCompletionUnknown, isSuccessUnknown } = this.records[node.place];
    const saysCompletion = node.completionByContent || isCompletionUnknown || node.threshold !== null;
    const saysSuccess = node.successByContent || isSuccessUnknown || node.objectives[PRIMARY].byMeasure;
    if (!saysCompletion && this.completedOf(node) === null) this.put(node, PRIMARY, { completed: true });
    if (!saysSuccess && this.satisfiedOf(node) === null) this.put(node, PRIMARY, { satisfied: true });
  }

  terminateDescendents(place) {
    if (this.current === null) return;
    const ancestor = this.tree.commonAncestor(this.current, place);
    this.tree.path(this.current, ancestor).slice(1, -1).forEach((at) => this.endAttempt(at));
  }

  // ---------------------------------------------------------------- rollup by the default rules

  rollUpFrom(place) {
    this.tree.path(place, 0).forEach((at) => this.rollUp(this.tree.nodes[at]));
  }

  rollUp(node) {
    if (node.isLeaf || !node.isTracked) return;
    const children = node.children.map((place) => this.tree.nodes[place]).filter((child) => child.isTracked);
    const valid = [this.validAttempt(node, "currentObjectives"), this.validAttempt(node, "currentProgress")];
    const isStale = (child, at) => valid[at] !== null && this.records[child.place].parentAttempt !== valid[at];
    this.putIfNew(node, "measure", weighted(children, "objectiveWeight", (child) => this.measureOf(child)));
    if (this.tree.edition === "2004 4th Edition") {
      const amount = weighted(children, "progressWeight", (child) => this.progressOf(child, isStale(child, 1)));
      this.putIfNew(node, "progress", amount);
    }
    const satisfied = (child) => this.satisfiedOf(child, PRIMARY, isStale(child, 0));
    const completed = (child) => this.completedOf(child, isStale(child, 1));
    const isMeasured = node.objectives[PRIMARY].byMeasure;
    const hasObjective = isMeasured
      ? this.derive(node, "satisfied", this.satisfiedOf(node))
      : this.decide(node, "satisfied", children, satisfied);
    const hasProgress =
      node.threshold !== null
        ? this.derive(node, "completed", this.completedOf(node))
        : this.decide(node, "completed", children, completed);
    if (node.parent >= 0 && (hasObjective || hasProgress)) this.mark(node, hasObjective, hasProgress);
  }

  putIfNew(node, kind, value) {
    if (this.records[node.place].objectives[PRIMARY][kind] !== value) this.put(node, PRIMARY, { [kind]: value });
  }

  derive(node, kind, value) {
    this.putIfNew(node, kind, value);
    return value !== null;
  }

  decide(node, kind, children, truthOf) {
    const isAgainst = (child) => {
      if (this.tree.edition === "2004 4th Edition") return truthOf(child) !== null;
      const isAttempted = this.tree.edition === "2004 3rd Edition" && this.records[child.place].attempts > 0;
      return isAttempted || truthOf(child) === false;
    };
    const isAll = children.every((child) => truthOf(child) === true);
    if (!isAll && !children.every(isAgainst)) return false;
    this.put(node, PRIMARY, { [kind]: isAll });
    return true;
  }

  // What is left from an earlier attempt of the parent must not become current with it (SN 3.2.6).
  mark(node, hasObjective, hasProgress) {
    const { attempts } = this.records[node.parent];
    const parent = this.tree.nodes[node.parent];
    if (this.records[node.place].parentAttempt === attempts) return;
    const record = this.writable(node.place);
    record.parentAttempt = attempts;
    const forgotten = {};
    if (parent.currentObjectives && !hasObjective) forgotten.satisfied = null;
    if (parent.currentProgress && !hasProgress) forgotten.completed = null;
    record.objectives = record.objectives.with(PRIMARY, { ...record.objectives[PRIMARY], ...forgotten });
  }

  validAttempt(node, info) {
    if (!node[info]) return null;
    const { nodes } = this.tree;
    for (let place = node.place; nodes[place].parent >= 0; place = nodes[place].parent) {
      const above = nodes[place].parent;
      if (!nodes[above][info]) break;
      const { attempts, parentAttempt } = this.records[place];
      if (attempts && parentAttempt !== this.records[above].attempts) return -1;
    }
    return this.records[node.place].attempts;
  }
}

function weighted(children, weight, valueOf) {
  const weights = children.reduce((sum, child) => sum + child[weight], 0);
  const known = children.map((child) => [child[weight], valueOf(child)]).filter(([, value]) => value !== null);
  const total = known.reduce((sum, [share, value]) => sum + share * value, 0);
  return known.length && weights > 0 ? total / weights : null;
}
