/* A course that plays without the server: the answers that the server would give, from what it has said of the course.
 *
 * `course` is what POST /keep gave; `state`, plain JSON, is what `course.state` was before, null at first. Every answer
 * of `open` and `ask` has `asked`, {activity, kind, target, finished}: what has to stand in the journal as a request,
 * in its place among the changes, so that the server does the same in the same order once it hears of it; null for
 * nothing. Nothing here decides for good: results are a preview of what the server will make of the journal.
 *
 * Needs table.js and player.js.
 */

import "./table.js";
import "./player.js";
import { LEASE, NOTHING, bestStatus } from "./closing.js";
import { Course12 } from "./local12.js";
import { Course2004 } from "./local2004.js";
import { raisedResult } from "./outcome.js";

const VERSION = 1;
const KINDS = [
  "terminate",
  "continue",
  "previous",
  "choice",
  "jump",
  "exit",
  "exitAll",
  "suspendAll",
  "abandon",
  "abandonAll",
];

// Made without a state it goes on as the page that holds the lease; a page load without a line calls `open` first.
export class LocalCourse {
  constructor(course, state) {
    this.course = course;
    this.kept = new Kept(course.table, structuredClone(state) ?? beginning(course));
    this.played = course.edition === "1.2" ? new Course12(course, this.kept) : new Course2004(course, this.kept);
  }

  get state() {
    const { state } = this.kept;
    return this.played.asDocument ? { ...state, tracking: this.played.asDocument() } : state;
  }

  // What a page that has just come gets; a session that the visit before left open was suspended.
  open() {
    const before = this.kept.current;
    this.kept.settle();
    this.kept.state.visit += 1;
    const answer = this.played.open();
    const asked = { activity: before ?? answer.deliver?.activity ?? "", kind: "open", target: null, finished: false };
    return this.answer(answer, this.kept.state.isOver ? null : asked);
  }

  // Takes one change of a SCO; returns what is new around it, if anything is.
  take({ activity, element, value }) {
    if (!this.played.knows(activity)) return {};
    const hasNews = this.played.take(activity, [[element, value]]);
    return hasNews ? this.withNews({}) : {};
  }

  // Carries out a request of the learner, or the end of a SCO (kind `terminate`).
  ask({ activity, kind, target = null, isFinished = false }) {
    const finished = isFinished || kind === "terminate";
    const asked = { activity: activity || "", kind, target, finished };
    if (!KINDS.includes(kind) || !this.played.knows(asked.activity)) return { refused: true, asked: null };
    const answer = this.played.ask({ ...asked, isFinished: finished });
    return this.answer(answer, asked);
  }

  // What was said until now is settled: the best of it stays, whatever is said afterwards.
  answer(answer, asked) {
    this.kept.settle();
    this.kept.state.best = raisedResult(this.kept.state.best, this.played.result());
    return { ...this.withNews(answer), asked };
  }

  withNews(answer) {
    const valid = this.played.valid();
    const news = { ...answer, contents: this.played.contents(), result: this.result() };
    return Object.keys(valid).length ? { ...news, valid } : news;
  }

  result() {
    const found = raisedResult(this.kept.state.best, this.played.result());
    const { isCompleted, isPassed, mark, progress, measuredCs } = found;
    const activities = Object.entries(this.kept.state.activities);
    const states = Object.fromEntries(activities.map(([name, { outcome }]) => [name, bestStatus(outcome)]));
    return { completed: isCompleted, passed: isPassed, mark, progress, measured_cs: measuredCs, states };
  }
}

function beginning(course) {
  const { current, activities, best, tracking = {}, data = {} } = structuredClone(course);
  return { version: VERSION, visit: 0, current, activities, best, tracking, data, isOver: false };
}

// What the device remembers of the activities, and the run-time data of the one that is running.
class Kept {
  constructor(table, state) {
    this.table = table;
    this.state = state;
    this.running = null; // {activity, values, data}
  }

  // The name of this visit in the notes of values, as the lease is on the server.
  get lease() {
    return `visit ${this.state.visit}`;
  }

  get current() {
    return this.state.current;
  }

  set current(activity) {
    this.state.current = activity;
  }

  find(activity) {
    return Object.hasOwn(this.state.activities, activity) ? this.state.activities[activity] : null;
  }

  activity(activity) {
    return this.find(activity) || { values: {}, visits: 0, isOpen: false, measuredCs: 0, outcome: NOTHING };
  }

  // Keeps the values of a session that goes on. What they come to counts as of the end of what is said, never as of a
  // moment between two changes: a score may come before its maximum.
  say(activity, before, values, outcome) {
    const base = before.base || before.outcome;
    const visits = Math.max(before.visits, 1);
    this.put(activity, { ...before, values, base, outcome: outcome(base), visits, isOpen: LEASE in values });
  }

  settle() {
    for (const activity of Object.values(this.state.activities)) delete activity.base;
  }

  put(activity, found) {
    this.state.activities[activity] = found;
  }

  // The values after changes, read as the server reads them; what it would not accept changes nothing.
  replay(activity, values, changes) {
    const isSame = this.running?.activity === activity && this.running.values === values;
    const data = isSame ? this.running.data : new globalThis.Palier.RunTimeData(this.table, values);
    changes.forEach(([element, value]) => data.setValue(element, value));
    this.running = { activity, values: data.values(), data };
    return this.running.values;
  }
}
