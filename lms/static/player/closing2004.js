/* A session of a SCO of SCORM 2004 on the device: the same as scorm.runtime.launch2004 and closing2004 and
 * courses.attempts.sessions2004 in Python, function by function (see `closing.js`).
 */

import { LEASE, MEASURED, NOTES, hundredthsOf, numberOrNull, raised, scoreOf } from "./closing.js";

export const KINDS = ["satisfied", "measure", "completed", "progress", "raw", "minimum", "maximum"];
export const UNKNOWN = Object.freeze(Object.fromEntries(KINDS.map((kind) => [kind, null])));

const SESSION_ONLY = ["cmi.session_time", "cmi.exit", "adl.nav.request"];
const GIVEN = [
  "cmi.learner_id",
  "cmi.learner_name",
  "cmi.credit",
  "cmi.mode",
  "cmi.launch_data",
  "cmi.max_time_allowed",
  "cmi.time_limit_action",
  "cmi.scaled_passing_score",
  "cmi.completion_threshold",
];
const VALID = "adl.nav.request_valid.";
const UNREADABLE = "lms.unreadable.";
const UNWRITABLE = "lms.unwritable.";
const GIVEN_ANEW = ["adl.data.", VALID, UNREADABLE, UNWRITABLE];
const HEARD = "lms.heard";
const EARLIER = "lms.earlier_cs";
const PRIMARY = "lms.primary";
const FOUND = "lms.found";
const TOTAL_TIME = "cmi.total_time";
const LONGEST_CS = 10n ** 15n;
const SATISFIED = { passed: true, failed: false };
const COMPLETED = { completed: true, incomplete: false, "not attempted": false };
const MEANINGS = { ...SATISFIED, ...COMPLETED };

// ------------------------------------------------------------------ durations: months and hundredths, kept apart

const part = (unit) => `(?:([0-9]{1,10})${unit})?`;
const SECONDS = "(?:([0-9]{1,10})(?:[.,]([0-9]{0,20}))?S)?";
const LOOSE = new RegExp(`^P${part("Y")}${part("M")}${part("D")}(?:T${part("H")}${part("M")}${SECONDS})?$`);
const MOST = 9999999999n;
const DAY_CS = 8640000n;
const MONTH_CS = 262800000n;

export function parseDuration(text) {
  const found = LOOSE.exec(text);
  if (!found) return null;
  const [years, months, days, hours, minutes, seconds] = found.slice(1, 7).map((part) => BigInt(part || "0"));
  const time = hours * 360000n + minutes * 6000n + seconds * 100n + BigInt(hundredthsOf(found[7] || ""));
  return { months: years * 12n + months, rest: days * DAY_CS + time };
}

export function formatDuration({ months, rest }) {
  const limited = (number, most) => (number < 0n ? 0n : number > most ? most : number);
  const month = limited(months, 12n * MOST);
  const all = limited(rest, MOST * DAY_CS);
  const shown = (count, unit) => (count ? `${count}${unit}` : "");
  const cs = all % 100n;
  const seconds = `${(all / 100n) % 60n}` + (cs ? `.${String(cs).padStart(2, "0")}` : "");
  const clock = shown((all % DAY_CS) / 360000n, "H") + shown((all / 6000n) % 60n, "M");
  const time = clock + (seconds === "0" ? "" : `${seconds}S`);
  const date = shown(month / 12n, "Y") + shown(month % 12n, "M") + shown(all / DAY_CS, "D");
  return date || time ? `P${date}${time && `T${time}`}` : "PT0S";
}

function totalCs(duration) {
  return duration ? duration.months * MONTH_CS + duration.rest : 0n;
}

// A number as a SCO reads it, as Python writes it: no exponent, and read back it is the same number.
export function numberText(number) {
  const [digits, exponent] = (Object.is(number, -0) ? "-0" : String(number)).split("e");
  if (exponent === undefined) return /\./.test(digits) || Math.abs(number) >= 1e16 ? digits : `${digits}.0`;
  const sign = digits.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = digits.replace("-", "").split(".");
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return sign + whole + fraction.padEnd(shift, "0");
}

// ------------------------------------------------------------------ from one session to the next

// `launch`: {facts, primary, objectives: [[id, values]], data: [[target, value, isReadable, isWritable]], valid, fields};
// `valid` by the whole names of elements, `fields` are those of an objective that the edition has.
export function begun2004(values, launch, lease, measuredCs) {
  const before = (values[LEASE] ?? lease) === lease ? values : ended2004(values, measuredCs, true);
  const own = Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith(NOTES)));
  const notes = Object.fromEntries([HEARD, EARLIER].filter((n) => n in before).map((n) => [n, before[n]]));
  const found = launchValues2004(launch, own);
  const place = objectivePlaces(found).get(launch.primary);
  if (place !== undefined) {
    notes[PRIMARY] = String(place);
    notes[FOUND] = found[`cmi.objectives.${place}.success_status`] ?? "";
  }
  return { ...notes, ...found, [LEASE]: lease, [MEASURED]: String(measuredCs) };
}

function launchValues2004(launch, stored) {
  const isGivenAnew = (name) => GIVEN_ANEW.some((front) => name.startsWith(front));
  const survives = (name) => !SESSION_ONLY.includes(name) && !GIVEN.includes(name) && !isGivenAnew(name);
  const values = Object.fromEntries(Object.entries(stored).filter(([name]) => survives(name)));
  Object.assign(values, given(launch.facts));
  values["cmi.entry"] = Object.keys(stored).length ? "resume" : "ab-initio";
  putObjectives(values, launch.objectives, launch.fields);
  launch.data.forEach(([target, value, isReadable, isWritable], index) => {
    const store = `adl.data.${index}.store`;
    values[`adl.data.${index}.id`] = target;
    if (value !== null) values[store] = value;
    if (!isReadable) values[UNREADABLE + store] = "true";
    if (!isWritable) values[UNWRITABLE + store] = "true";
  });
  return Object.assign(values, launch.valid);
}

function given(facts) {
  const numbers = ["scaled_passing_score", "completion_threshold"];
  const texts = GIVEN.map((name) => {
    const fact = facts[name.slice("cmi.".length)];
    return [name, fact !== null && numbers.includes(name.slice("cmi.".length)) ? numberText(fact) : fact];
  });
  return Object.fromEntries(texts.filter(([, text]) => text !== null));
}

function putObjectives(values, objectives, fields) {
  const places = objectivePlaces(values);
  for (const [identifier, known] of objectives) {
    if (!places.has(identifier)) places.set(identifier, places.size);
    const record = `cmi.objectives.${places.get(identifier)}`;
    values[`${record}.id`] = identifier;
    for (const [field, text] of Object.entries(objectiveTexts(known))) {
      const name = `${record}.${field}`;
      if (fields.has(field) && meaning(values[name] ?? "") !== meaning(text)) values[name] = text;
    }
  }
}

function meaning(text) {
  return Object.hasOwn(MEANINGS, text) ? MEANINGS[text] : numberOrNull(text);
}

function objectivePlaces(values) {
  const places = new Map();
  for (let index = 0; `cmi.objectives.${index}.id` in values; index++) {
    places.set(values[`cmi.objectives.${index}.id`], index);
  }
  return places;
}

function objectiveTexts(known) {
  const numbers = {
    "score.scaled": known.measure,
    "score.raw": known.raw,
    "score.min": known.minimum,
    "score.max": known.maximum,
    progress_measure: known.progress,
  };
  const texts = {};
  for (const [field, number] of Object.entries(numbers)) if (number !== null) texts[field] = numberText(number);
  if (known.satisfied !== null) texts.success_status = known.satisfied ? "passed" : "failed";
  if (known.completed !== null) texts.completion_status = known.completed ? "completed" : "incomplete";
  return texts;
}

export function ended2004(values, measuredCs, isSuspended) {
  if (!(LEASE in values)) return { ...values };
  const since = Number(values[MEASURED] ?? "0");
  const isDropped = (name) => SESSION_ONLY.includes(name) || GIVEN_ANEW.some((front) => name.startsWith(front));
  const closed = Object.fromEntries(Object.entries(values).filter(([name]) => !isDropped(name)));
  delete closed[MEASURED];
  delete closed[LEASE];
  const measured = { months: 0n, rest: BigInt(Math.max(measuredCs - since, 0)) };
  const session = parseDuration(values["cmi.session_time"] ?? "") || measured;
  const total = parseDuration(values[TOTAL_TIME] ?? "") || { months: 0n, rest: 0n };
  closed[TOTAL_TIME] = formatDuration({ months: total.months + session.months, rest: total.rest + session.rest });
  closed["cmi.entry"] = isSuspended ? "resume" : "";
  return closed;
}

// The values with which a new attempt on an activity begins: only the time that is behind it.
export function fresh(outcome) {
  return outcome.reportedCs ? { [EARLIER]: String(outcome.reportedCs) } : {};
}

// ------------------------------------------------------------------ what a SCO says of itself and of its objectives

// {main, objectives: Map}; each is {values, isSuccessUnknown, isCompletionUnknown}
export function said(values) {
  const report = reportOf(values);
  const record = `cmi.objectives.${values[PRIMARY] ?? ""}`;
  const identifier = values[`${record}.id`] ?? "";
  const entry = report.objectives.get(identifier);
  if (!entry || report.main.values.satisfied === null) return report;
  if ((values[`${record}.success_status`] ?? "") !== (values[FOUND] ?? "")) return report;
  report.objectives.set(identifier, { ...entry, values: { ...entry.values, satisfied: null } });
  return report;
}

function reportOf(values) {
  const objectives = new Map();
  for (const [identifier, index] of objectivePlaces(values)) {
    const record = `cmi.objectives.${index}`;
    const statuses = [values[`${record}.success_status`], values[`${record}.completion_status`]];
    objectives.set(identifier, reported(values, record, ...statuses));
  }
  const main = reported(values, "cmi", successOf(values), completionOf(values));
  main.isSuccessUnknown = main.values.satisfied === null && values["cmi.success_status"] === "unknown";
  main.isCompletionUnknown = main.values.completed === null && values["cmi.completion_status"] === "unknown";
  return { main, objectives, isSuspended: wantsToGoOn(values) };
}

function reported(values, record, success, completion) {
  const number = (field) => numberOrNull(values[`${record}.${field}`] ?? "");
  return {
    values: {
      satisfied: SATISFIED[success] ?? null,
      measure: number("score.scaled"),
      completed: COMPLETED[completion] ?? null,
      progress: number("progress_measure"),
      raw: number("score.raw"),
      minimum: number("score.min"),
      maximum: number("score.max"),
    },
    isSuccessUnknown: success === "unknown",
    isCompletionUnknown: completion === "unknown",
  };
}

const successOf = (values) =>
  evaluated(values, "cmi.success_status", "cmi.scaled_passing_score", "cmi.score.scaled", ["passed", "failed"]);
const completionOf = (values) =>
  evaluated(values, "cmi.completion_status", "cmi.completion_threshold", "cmi.progress_measure", [
    "completed",
    "incomplete",
  ]);

// A threshold without a measure says nothing, whatever the SCO set.
function evaluated(values, name, threshold, measure, [reached, missed]) {
  if (!values[threshold]) return values[name];
  if (!values[measure]) return undefined;
  return Number(values[measure]) >= Number(values[threshold]) ? reached : missed;
}

export function exitOf(values) {
  return values["cmi.exit"] ?? "";
}

export function wantsToGoOn(values) {
  return ["suspend", "logout"].includes(exitOf(values));
}

// What a SCO that has ended asks for: [request, target], or null.
export function requestLeft(values) {
  const request = values["adl.nav.request"] ?? "_none_";
  const targeted = /^\{target=([^{}]+)\}(choice|jump)$/.exec(request);
  if (["time-out", "logout"].includes(exitOf(values)) && request !== "suspendAll") return ["exitAll", null];
  if (request === "" || request === "_none_") return null;
  return targeted ? [targeted[2], targeted[1]] : [request, null];
}

// What is in the shared stores that the SCO may write, by their targets.
export function sharedDataOf(values) {
  const found = new Map();
  for (let index = 0; `adl.data.${index}.id` in values; index++) {
    const store = `adl.data.${index}.store`;
    if (store in values && !(UNWRITABLE + store in values)) found.set(values[`adl.data.${index}.id`], values[store]);
  }
  return found;
}

export function raised2004(best, values) {
  if (Object.keys(values).every((name) => name.startsWith(NOTES))) return best;
  const isPassed = SATISFIED[successOf(values)] ?? null;
  const isCompleted = completionOf(values) === "completed";
  const running = LEASE in values ? parseDuration(values["cmi.session_time"] ?? "") : null;
  const spent =
    BigInt(values[EARLIER] ?? "0") + totalCs(parseDuration(values[TOTAL_TIME] ?? "")) + totalCs(running);
  const scaled = numberOrNull(values["cmi.score.scaled"] ?? "");
  return raised(best, {
    status: isPassed === null ? (isCompleted ? "completed" : "incomplete") : isPassed ? "passed" : "failed",
    isCompleted,
    isPassed,
    score: scaled === null ? scoreOf(values, "cmi.score") : Math.min(Math.max(scaled, 0), 1),
    reportedCs: Number(spent < LONGEST_CS ? spent : LONGEST_CS),
  });
}
