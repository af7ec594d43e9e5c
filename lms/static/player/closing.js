/* From one session of a SCO to the next, on the device: the same as scorm.timespan, scorm.runtime.closing and outcome,
 * courses.attempts.sessions and sessions12 in Python, function by function. `closing2004.js` has the other generation.
 *
 * Values are plain objects of texts; what nobody knows is null. Times are in hundredths of a second.
 */

export const NOTES = "lms.";
export const LEASE = "lms.lease"; // the page load whose session these values belong to
export const MEASURED = "lms.measured_cs";
export const GREATEST = 1e100;

const STATUS = "cmi.core.lesson_status";
const ENTRY = "cmi.core.entry";
const EXIT = "cmi.core.exit";
const SESSION_TIME = "cmi.core.session_time";
const TOTAL_TIME = "cmi.core.total_time";
const SESSION_ONLY = [SESSION_TIME, EXIT];
const OWN_STATUS = "lms.own_status";
const LAUNCH_STATUS = "lms.launch_status";
const NOT_ATTEMPTED = "not attempted";
const NEVER_SET = "incomplete";
const TOLD = ["lms.unreadable.", "lms.unwritable."];

export const FINISHED = ["passed", "completed", "failed"];
export const NOTHING = { status: NOT_ATTEMPTED, isCompleted: false, isPassed: null, score: null, reportedCs: 0 };

// ------------------------------------------------------------------ numbers and time spans

const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/;
const LOOSE12 = /^[0-9]{1,9}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]{0,9})?$/;
const GREATEST_CS = ((9999 * 60 + 59) * 60 + 59) * 100 + 99;

export function numberOrNull(text) {
  const number = NUMBER.test(text) ? Number(text) : Infinity;
  return Math.abs(number) < GREATEST ? number : null;
}

export function hundredthsOf(fraction) {
  return Math.floor((Number((fraction + "000").slice(0, 3)) + 5) / 10);
}

export function parseTimespan12(text) {
  if (!LOOSE12.test(text)) return null;
  const [hours, minutes, rest] = text.split(":");
  const [seconds, fraction = ""] = rest.replace(",", ".").split(".");
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 100 + hundredthsOf(fraction);
}

export function formatTimespan12(cs) {
  const all = Math.min(Math.max(cs, 0), GREATEST_CS);
  const pad = (number, digits) => String(Math.floor(number)).padStart(digits, "0");
  const clock = [pad(all / 360000, 4), pad((all / 6000) % 60, 2), pad((all / 100) % 60, 2)].join(":");
  return `${clock}.${pad(all % 100, 2)}`;
}

// ------------------------------------------------------------------ a session of 1.2

// What a SCO finds when a visit begins; a session that an earlier one left open is closed first.
export function begun12(values, facts, lease, measuredCs) {
  const before = (values[LEASE] ?? lease) === lease ? values : ended12(values, facts, measuredCs, false);
  return { ...launchValues12(facts, before), [LEASE]: lease, [MEASURED]: String(measuredCs) };
}

function launchValues12(facts, stored) {
  const values = { ...stored };
  SESSION_ONLY.forEach((name) => delete values[name]);
  Object.assign(values, {
    "cmi.core.student_id": facts.learner_id,
    "cmi.core.student_name": facts.learner_name,
    "cmi.core.credit": facts.credit,
    "cmi.core.lesson_mode": facts.mode,
    "cmi.launch_data": facts.launch_data,
    "cmi.student_data.mastery_score": facts.mastery_score || "",
    "cmi.student_data.max_time_allowed": facts.max_time_allowed,
    "cmi.student_data.time_limit_action": facts.time_limit_action,
    [ENTRY]: !Object.keys(stored).length ? "ab-initio" : stored[EXIT] === "suspend" ? "resume" : "",
  });
  values[STATUS] ??= NOT_ATTEMPTED;
  values[TOTAL_TIME] ??= formatTimespan12(0);
  values[OWN_STATUS] ??= "";
  values[LAUNCH_STATUS] = values[STATUS];
  return values;
}

// What remains when a session has ended; without LMSFinish it was suspended.
export function ended12(values, facts, measuredCs, isFinished) {
  if (!(LEASE in values)) return { ...values };
  const before = isFinished ? { ...values } : { ...values, [EXIT]: "suspend" };
  const since = Number(before[MEASURED] ?? "0");
  delete before[MEASURED];
  delete before[LEASE];
  return closed12(before, facts, Math.max(measuredCs - since, 0));
}

function closed12(values, facts, measuredCs) {
  const closed = { ...values, [OWN_STATUS]: ownStatus(values), [STATUS]: finalStatus(values, facts) };
  closed[LAUNCH_STATUS] = closed[STATUS];
  const session = parseTimespan12(values[SESSION_TIME] ?? "") ?? measuredCs;
  delete closed[SESSION_TIME];
  closed[TOTAL_TIME] = formatTimespan12((parseTimespan12(values[TOTAL_TIME] ?? "") || 0) + session);
  return closed;
}

function ownStatus(values) {
  const status = values[STATUS] ?? NOT_ATTEMPTED;
  return status === (values[LAUNCH_STATUS] ?? NOT_ATTEMPTED) ? (values[OWN_STATUS] ?? "") : status;
}

function finalStatus(values, facts) {
  const own = ownStatus(values);
  const status = values[STATUS] ?? NOT_ATTEMPTED;
  if (facts.mode === "review" && FINISHED.includes(values[LAUNCH_STATUS])) return values[LAUNCH_STATUS];
  if (!own && facts.mode === "browse") return "browsed";
  if (facts.credit !== "credit") return status;
  const left = status === NOT_ATTEMPTED ? NEVER_SET : status;
  if (facts.mode !== "normal" || own === "incomplete") return left;
  return statusByMastery(values, facts) || left;
}

function statusByMastery(values, facts) {
  const mastery = numberOrNull(facts.mastery_score || "");
  const raw = numberOrNull(values["cmi.core.score.raw"] ?? "");
  return mastery === null || raw === null ? null : raw >= mastery ? "passed" : "failed";
}

// ------------------------------------------------------------------ what a SCO came to

export function raised12(best, values) {
  if (!(STATUS in values)) return best;
  const status = values[STATUS];
  const running = LEASE in values ? parseTimespan12(values[SESSION_TIME] ?? "") || 0 : 0;
  return raised(best, {
    status,
    isCompleted: FINISHED.includes(status),
    isPassed: status === "passed" ? true : status === "failed" ? false : null,
    score: scoreOf(values, "cmi.core.score"),
    reportedCs: (parseTimespan12(values[TOTAL_TIME] ?? "") || 0) + running,
  });
}

// Nothing ever falls but the word of the status.
export function raised(best, found) {
  const scores = [best.score, found.score].filter((score) => score !== null);
  return {
    status: found.status,
    isCompleted: best.isCompleted || found.isCompleted,
    isPassed: found.isPassed === null ? best.isPassed : best.isPassed || found.isPassed,
    score: scores.length ? Math.max(...scores) : null,
    reportedCs: Math.max(best.reportedCs, found.reportedCs),
  };
}

export function scoreOf(values, group) {
  const raw = numberOrNull(values[`${group}.raw`] ?? "");
  if (raw === null) return null;
  const least = numberOrNull(values[`${group}.min`] ?? "") || 0;
  const most = numberOrNull(values[`${group}.max`] ?? "");
  if (most === null || most <= least) return raw <= 100 ? Math.max(raw, 0) / 100 : null;
  return Math.min(Math.max((raw - least) / (most - least), 0), 1);
}

// What the SCO gets: without the notes, but for those that its own checks need.
export function visible(values) {
  const isSeen = (name) => !name.startsWith(NOTES) || TOLD.some((note) => name.startsWith(note));
  return Object.fromEntries(Object.entries(values).filter(([name]) => isSeen(name)));
}

export function bestStatus(outcome) {
  if (outcome.isPassed) return "passed";
  if (outcome.isCompleted && !FINISHED.includes(outcome.status)) return "completed";
  return outcome.status;
}

export function joinedStatus(words) {
  if (words.length && words.every((word) => word === "passed" || word === "completed")) {
    return words.every((word) => word === "passed") ? "passed" : "completed";
  }
  if (words.includes("failed")) return "failed";
  return words.some((word) => word !== NOT_ATTEMPTED) ? "incomplete" : NOT_ATTEMPTED;
}
