/* A course of SCORM 1.2 that plays on the device: the same as courses.attempts.scorm12 and tour12 in Python. */

import { LEASE, begun12, bestStatus, ended12, joinedStatus, raised12, visible } from "./closing.js";
import { resultOf } from "./outcome.js";

const LEAVING = ["exit", "exitAll", "suspendAll", "abandon", "abandonAll"];
const CONTROLS = ["previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"];

export class Course12 {
  // `kept` is what the device remembers, see `local.js`.
  constructor(course, kept) {
    this.items = course.items;
    this.rule = course.rule;
    this.kept = kept;
    this.known = new Map(this.items.map((item) => [item.id, item]));
    this.steps = this.items.filter((item) => item.isStep);
    this.children = this.items.map(() => []);
    this.items.forEach((item, place) => item.parent >= 0 && this.children[item.parent].push(place));
    this.places = new Map(this.items.map((item, place) => [item.id, place]));
  }

  open() {
    const wanted = this.step(this.kept.current);
    const item = wanted || this.steps.find((step) => this.isEnabled(step)) || this.steps[0];
    return { deliver: this.deliver(item) };
  }

  knows(activity) {
    return this.step(activity) !== null;
  }

  // Takes changes of a SCO; returns whether what stands around it is new.
  take(activity, changes) {
    const item = this.step(activity);
    const before = this.kept.activity(activity);
    const values = this.kept.replay(activity, this.begun(item, before), changes);
    this.kept.say(activity, before, values, (base) => raised12(base, values));
    this.kept.current = activity;
    return before.outcome.status !== this.kept.activity(activity).outcome.status;
  }

  ask({ activity, kind, target, isFinished }) {
    const item = this.step(activity);
    this.end(item, isFinished);
    this.kept.current = activity;
    if (kind === "terminate") return {};
    if (LEAVING.includes(kind)) return { left: true };
    const wanted = this.requested(kind, target, activity);
    return { refused: wanted === null, deliver: this.deliver(wanted || item) };
  }

  end(item, isFinished) {
    const before = this.kept.activity(item.id);
    const found = isFinished ? this.begun(item, before) : before.values;
    const values = LEASE in found ? ended12(found, item.facts, before.measuredCs, isFinished) : found;
    const isSeen = !item.isSco && !Object.keys(values).some((name) => name.startsWith("cmi."));
    const seen = isSeen ? { isCompleted: true } : {};
    this.kept.say(item.id, before, values, (base) => ({ ...raised12(base, values), ...seen }));
    this.kept.settle();
  }

  begun(item, activity) {
    if (activity.values[LEASE] === this.kept.lease) return activity.values;
    return begun12(activity.values, item.facts, this.kept.lease, activity.measuredCs);
  }

  deliver(item) {
    const before = this.kept.activity(item.id);
    const done = { status: "completed", isCompleted: true };
    const outcome = item.isAsset ? { ...before.outcome, ...done } : before.outcome;
    this.kept.put(item.id, { ...before, outcome, visits: before.visits + 1 });
    this.kept.current = item.id;
    const values = item.isAsset ? {} : visible(begun12(before.values, item.facts, this.kept.lease, before.measuredCs));
    return { activity: item.id, title: item.title, href: item.href, is_asset: item.isAsset, values };
  }

  result() {
    return resultOf(
      this.steps.map((item) => {
        const known = this.kept.find(item.id);
        const mastery = item.mastery === null ? null : item.mastery / 100;
        const part = { isVisited: false, isRunning: false, isCompleted: false, isPassed: null, score: null, mastery };
        if (!known) return part;
        const { isCompleted, isPassed, score } = known.outcome;
        return { ...part, isVisited: known.visits > 0, isRunning: known.isOpen, isCompleted, isPassed, score };
      }),
      this.rule,
    );
  }

  valid() {
    return {};
  }

  // ------------------------------------------------------------------ the table of contents and its controls

  contents() {
    const entries = [];
    const depths = [];
    this.items.forEach((item, place) => {
      const above = item.parent < 0 ? 0 : depths[item.parent];
      depths[place] = above + (item.isShown ? 1 : 0);
      if (item.isShown) entries.push(this.entry(item, above));
    });
    const offer = (step) => (this.neighbour(this.kept.current, step) ? "enabled" : "disabled");
    const controls = Object.fromEntries(CONTROLS.map((control) => [control, "hidden"]));
    Object.assign(controls, { previous: offer(-1), continue: offer(1), exit: "enabled" });
    return { entries, controls, offered: entries.length > 1, last: false };
  }

  entry(item, depth) {
    return {
      id: item.id,
      title: item.title,
      depth,
      status: this.status(item.id),
      launchable: item.isStep,
      enabled: item.isStep && this.isEnabled(item),
    };
  }

  step(identifier) {
    const item = this.known.get(identifier ?? "");
    return item && item.isStep ? item : null;
  }

  requested(kind, target, current) {
    if (kind !== "choice" && kind !== "jump") return this.neighbour(current, kind === "continue" ? 1 : -1);
    const chosen = this.step(target);
    return chosen && this.isEnabled(chosen) ? chosen : null;
  }

  neighbour(current, step) {
    const place = this.steps.findIndex((item) => item.id === current);
    if (place < 0) return null;
    for (let at = place + step; at >= 0 && at < this.steps.length; at += step) {
      if (this.isEnabled(this.steps[at])) return this.steps[at];
    }
    return null;
  }

  // The status of an item in the words of 1.2, empty for an unknown one; a folder's from what is below it.
  status(identifier) {
    const item = this.known.get(identifier);
    if (!item) return "";
    if (item.isLaunchable) return bestStatus(this.kept.activity(identifier).outcome);
    const below = this.below(this.places.get(identifier));
    return joinedStatus(below.map((name) => bestStatus(this.kept.activity(name).outcome)));
  }

  below(place) {
    const own = this.items[place].isLaunchable ? [this.items[place].id] : [];
    return own.concat(...this.children[place].map((child) => this.below(child)));
  }

  // Answers prerequisites in postfix form (AICC CMI001 4.7); an unknown item makes them void.
  isEnabled(item) {
    const stack = [];
    for (const step of item.prerequisites) {
      if (step === "~") stack.push(!stack.pop());
      else if (typeof step === "string") {
        const [left, right] = stack.splice(-2);
        stack.push(step === "&" ? left && right : left || right);
      } else if (typeof step[0] === "number") {
        const members = step[1] ? stack.splice(-step[1]) : [];
        stack.push(members.filter(Boolean).length >= step[0]);
      } else {
        const status = this.status(step[0]);
        if (!status) return true;
        const [, wanted, isNegated] = step;
        stack.push(wanted ? (status === wanted) !== isNegated : status === "passed" || status === "completed");
      }
    }
    return stack.length ? stack[stack.length - 1] : true;
  }
}
