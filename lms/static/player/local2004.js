/* A course of SCORM 2004 that plays on the device: the same as courses.attempts.scorm2004, course2004 and tour2004 in
 * Python, for courses that nothing sequences but control modes; of others the one activity that was kept (`only`).
 */

import { LEASE, bestStatus, joinedStatus, visible } from "./closing.js";
import * as sessions from "./closing2004.js";
import { resultOf2004 } from "./outcome.js";
import { lookAhead, sequence } from "./sequencing.js";
import { PRIMARY, Tracking, Tree } from "./tracking.js";

const ABANDONING = ["abandon", "abandonAll"];
const OVER = "kept-over"; // the one activity that was kept has ended: the server knows what comes next

export class Course2004 {
  // `kept` is what the device remembers, see `local.js`.
  constructor(course, kept) {
    this.course = course;
    this.kept = kept;
    this.tree = new Tree(course.items, course.edition);
    this.state = new Tracking(this.tree, kept.state.tracking, course.keepsObjectives);
    this.steps = this.tree.nodes.filter((node) => node.isStep);
    const objective = "cmi.objectives.n.";
    const names = Object.keys(course.table.elements).filter((name) => name.startsWith(objective));
    this.fields = new Set(names.map((name) => name.slice(objective.length)));
    this.heard = "";
    this.settle();
  }

  knows(activity) {
    return activity === "" || this.steps.some((node) => node.id === activity);
  }

  nodeOf(activity) {
    return this.tree.nodes[this.tree.places.get(activity)];
  }

  // ---------------------------------------------------------------- the way into the course

  open() {
    this.heard = "";
    this.share(this.kept.activity(this.current ?? "").values);
    if (this.kept.state.isOver) return { nothing: { code: OVER } };
    if (this.state.isRunning) return this.deliverAgain();
    const { attempts } = this.state.records[0];
    let outcome = this.state.current === null ? this.begun() : this.tried([["continue", null]]);
    for (const otherWay of [() => this.onlyChoice(), () => this.anew()]) {
      const found = outcome.delivered ? outcome : this.tried(otherWay());
      if (found.delivered) outcome = found;
    }
    if (this.state.records[0].attempts !== attempts) this.endAttempt();
    this.settle();
    return this.answer({ delivered: outcome.delivered, isResumed: outcome.isResumed, code: outcome.code });
  }

  begun() {
    if (this.state.suspended === null) return sequence(this.state, "start");
    const outcome = this.tried([["resumeAll", null]]);
    return outcome.delivered ? outcome : this.tried([["start", null]]);
  }

  onlyChoice() {
    const { entries } = lookAhead(this.state);
    const lines = entries.slice(1).filter((entry) => entry.isVisible).length;
    if (lines > 1 && this.tree.leaves.length !== 1) return [];
    return entries.filter((entry) => entry.isEnabled).map((entry) => ["choice", entry.id]).slice(0, 1);
  }

  anew() {
    const look = lookAhead(this.state);
    if (hasContents(look) || look.valid.includes("previous")) return [];
    return [["exitAll", null], ["start", null]];
  }

  // Carries out requests, one after the other, only if the last one delivers.
  tried(wishes) {
    const fork = this.state.fork();
    let outcome = { code: "" };
    for (const [request, target] of wishes) outcome = sequence(fork, request, target);
    if (outcome.delivered) this.state = fork;
    return outcome;
  }

  endAttempt() {
    if (!this.course.keepsData) this.kept.state.data = {};
  }

  // ---------------------------------------------------------------- what the SCO says

  // Takes changes of a SCO; returns whether what stands around it is new.
  take(activity, changes) {
    if (activity === "") return false;
    const before = this.kept.activity(activity);
    const values = this.kept.replay(activity, this.begunValues(before, activity), changes);
    if (activity !== this.current) {
      const outcome = sessions.raised2004(before.outcome, values);
      this.kept.put(activity, { ...before, outcome: { ...outcome, status: before.outcome.status } });
      return true;
    }
    this.kept.say(activity, before, values, (base) => sessions.raised2004(base, values));
    const heard = JSON.stringify(textOf(sessions.said(values)));
    if (heard === this.heard) return false;
    this.heard = heard;
    this.wake(activity);
    return true;
  }

  ask({ activity, kind, target, isFinished }) {
    if (activity !== this.current) return this.askElsewhere(kind, target);
    const before = this.kept.activity(activity);
    let values = isFinished ? this.begunValues(before, activity) : before.values;
    const wish = kind === "terminate" ? sessions.requestLeft(values) : [kind, target];
    const isSuspended = sessions.wantsToGoOn(values) || wish?.[0] === "suspendAll";
    let report = LEASE in values ? sessions.said(values) : null;
    const isAbandoned = wish !== null && ABANDONING.includes(wish[0]);
    if (!isAbandoned || kind !== "terminate") {
      this.share(values);
      this.say(activity, values);
    }
    if (isAbandoned) {
      report = null;
      values = "lms.earlier_cs" in values ? { "lms.earlier_cs": values["lms.earlier_cs"] } : {};
    } else {
      values = sessions.ended2004(values, before.measuredCs, isSuspended);
    }
    this.say(activity, values);
    this.wake(activity);
    if (report) this.state.report(activity, report, isSuspended);
    this.settle();
    const answer = wish ? this.carryOut(...wish) : {};
    return answer.refused && kind !== "terminate" ? { ...answer, ...this.deliverAgain() } : answer;
  }

  // Keeps values that are said to the end.
  say(activity, values) {
    this.kept.say(activity, this.kept.activity(activity), values, (base) => sessions.raised2004(base, values));
    this.kept.settle();
  }

  askElsewhere(kind, target) {
    if (kind === "terminate") return {};
    if (this.current === null || kind === "suspendAll") return this.carryOut(kind, target);
    return { refused: true, ...this.deliverAgain() };
  }

  // What is in the shared stores at the end of what a SCO says: of one SCO, nobody else reads them before.
  share(values) {
    if (LEASE in values) Object.assign(this.kept.state.data, Object.fromEntries(sessions.sharedDataOf(values)));
  }

  begunValues(before, activity, valid = {}) {
    if (before.values[LEASE] === this.kept.lease && !Object.keys(valid).length) return before.values;
    const node = this.nodeOf(activity);
    const { data } = this.kept.state;
    const known = (target) => (Object.hasOwn(data, target) ? data[target] : null);
    const launch = {
      facts: node.facts,
      primary: node.objectives[PRIMARY].id,
      objectives: node.objectives.flatMap((link, at) => (link.id ? [[link.id, this.state.valuesOf(node, at)]] : [])),
      data: node.data.map(([target, ...rights]) => [target, known(target), ...rights]),
      valid,
      fields: this.fields,
    };
    return sessions.begun2004(before.values, launch, this.kept.lease, before.measuredCs);
  }

  // ---------------------------------------------------------------- requests and what they deliver

  wake(activity) {
    const { current, suspended } = this.state;
    if (current !== null || suspended === null || this.tree.nodes[suspended].id !== activity) return;
    sequence(this.state, "resumeAll");
    this.settle();
  }

  carryOut(request, target) {
    if (this.course.only && request !== "suspendAll") {
      this.kept.state.isOver = true;
      return { left: true };
    }
    const { state } = this;
    const { attempts } = state.records[0];
    const left = state.isRunning ? state.current : null;
    const outcome = request === "suspendAll" ? this.leave() : sequence(state, request, target);
    if (outcome.isAttemptOver || state.records[0].attempts !== attempts) this.endAttempt();
    if (left !== null) this.noteCompletion(this.tree.nodes[left]);
    this.settle();
    return this.answer(outcome);
  }

  // Where nothing runs any more a completed course ends; another one stays as it is.
  leave() {
    const { state } = this;
    if (state.isRunning) return sequence(state, "suspendAll");
    if (state.current !== null && state.completedOf(this.tree.nodes[0])) return sequence(state, "exitAll");
    return { hasEnded: true };
  }

  answer(outcome) {
    if (outcome.delivered) return { deliver: this.deliver(outcome.delivered, outcome.isResumed) };
    if (outcome.hasEnded) return { left: true };
    return outcome.isRefused ? { refused: true } : { nothing: { code: outcome.code } };
  }

  deliverAgain() {
    this.settle();
    return this.current === null || !this.state.isRunning ? {} : { deliver: this.deliver(this.current, true) };
  }

  deliver(activity, isResumed) {
    const node = this.nodeOf(activity);
    const before = this.kept.activity(activity);
    const values = isResumed ? before.values : sessions.fresh(before.outcome);
    let { outcome } = before;
    if (node.isAsset) {
      this.reportAsset(node);
      if (!node.completionByContent) outcome = { ...outcome, status: "completed", isCompleted: true };
    }
    this.kept.put(activity, { ...before, values, outcome, visits: before.visits + 1 });
    this.settle();
    const { title, href, isAsset } = node;
    const found = isAsset ? {} : visible(this.begunValues(this.kept.activity(activity), activity, this.valid()));
    return { activity, title, href, is_asset: isAsset, values: found };
  }

  reportAsset(node) {
    const completed = node.completionByContent ? null : true;
    const satisfied = node.successByContent ? null : true;
    const values = { ...sessions.UNKNOWN, completed, satisfied };
    const main = { values, isSuccessUnknown: false, isCompletionUnknown: false };
    this.state.report(node.id, { main, objectives: new Map() }, false);
  }

  noteCompletion(node) {
    const before = this.kept.find(node.id);
    if (!before || before.outcome.isCompleted || !this.state.completedOf(node)) return;
    this.kept.put(node.id, { ...before, outcome: { ...before.outcome, isCompleted: true } });
  }

  settle() {
    const { current, suspended, isRunning } = this.state;
    const node = this.tree.nodes[isRunning ? current : suspended];
    this.current = node?.isLeaf ? node.id : null;
    this.kept.current = this.current;
    this.looked = null;
  }

  // ---------------------------------------------------------------- what would succeed now, and what it all comes to

  look() {
    if (this.looked) return this.looked;
    const fork = this.state.fork();
    const { values } = this.kept.activity(this.current ?? "");
    if (this.current !== null && fork.isRunning && LEASE in values) {
      fork.report(this.current, sessions.said(values), sessions.wantsToGoOn(values));
    }
    this.looked = this.course.only ? onlyLook(lookAhead(fork), this.course.only) : lookAhead(fork);
    if (fork.isRunning) fork.rollUpFrom(fork.current);
    const root = this.tree.nodes[0];
    this.root = {
      isCompleted: fork.completedOf(root),
      isSatisfied: fork.satisfiedOf(root),
      isMeasured: root.objectives[PRIMARY].byMeasure,
    };
    return this.looked;
  }

  valid() {
    const { valid, entries, jumps } = this.look();
    const found = {};
    for (const control of ["continue", "previous"]) found[control] = String(valid.includes(control));
    const isFourth = this.course.edition === "2004 4th Edition";
    const choices = entries.filter((entry) => entry.isEnabled).map((entry) => entry.id);
    for (const [kind, names] of [["choice", choices], ...(isFourth ? [["jump", jumps]] : [])]) {
      const listed = names.length ? names : [entries[0].id];
      const named = listed.filter((name) => !/[{}]/.test(name));
      for (const name of named) found[`${kind}.{target=${name}}`] = String(names.length > 0);
    }
    return Object.fromEntries(Object.entries(found).map(([name, word]) => [`adl.nav.request_valid.${name}`, word]));
  }

  contents() {
    const look = this.look();
    const lines = look.entries.slice(1).filter((entry) => entry.isVisible);
    return {
      entries: lines.map((entry) => this.line(entry)),
      controls: look.controls,
      offered: hasContents(look) && lines.length > 1,
      last: look.isLast,
    };
  }

  line({ id, depth, isEnabled }) {
    const node = this.nodeOf(id);
    const isBelow = (step) => this.tree.path(step.place, 0).includes(node.place);
    const steps = node.isStep ? [node] : this.steps.filter(isBelow);
    const words = steps.map((step) => bestStatus(this.kept.activity(step.id).outcome));
    const status = node.isStep ? words[0] : joinedStatus(words);
    return { id, title: node.title, depth, status, launchable: node.isStep, enabled: isEnabled };
  }

  result() {
    this.look();
    const weightOf = (node) =>
      node.parent < 0 ? 1 : weightOf(this.tree.nodes[node.parent]) * node.objectiveWeight;
    const parts = this.steps.map((node) => {
      const { visits, isOpen, outcome } = this.kept.activity(node.id);
      const { isCompleted, isPassed, score } = outcome;
      const isAwaited = node.id === this.current && !isCompleted && isPassed === null && score === null;
      const known = { isVisited: visits > 0, isRunning: isOpen, isAwaited, isCompleted, isPassed, score };
      return { ...known, mastery: null, weight: weightOf(node), isTracked: node.isTracked };
    });
    return resultOf2004(this.root, parts, this.course.rule);
  }

  asDocument() {
    return this.state.asDocument();
  }
}

function hasContents(look) {
  return look.entries.slice(1).some((entry) => entry.isVisible && entry.isEnabled);
}

// What is offered of a course of which one activity is kept: its line, and the way out.
function onlyLook(look, only) {
  const controls = Object.fromEntries(Object.keys(look.controls).map((control) => [control, "hidden"]));
  const entries = look.entries.filter((entry, place) => !place || entry.id === only);
  return {
    controls: { ...controls, suspendAll: "enabled" },
    entries: entries.map((entry) => ({ ...entry, isEnabled: false })),
    valid: ["suspendAll"],
    jumps: [],
    isLast: false,
  };
}

function textOf(report) {
  return { ...report, objectives: [...report.objectives] };
}
