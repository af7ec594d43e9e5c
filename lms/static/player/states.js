/* What is said about the state of a course that is open: how it was opened, why nothing is open, what does not work. */

import { say, texts, timeOf } from "./words.js";

const TO_BEGIN = ["SB.2.2-1", "SB.2.5-1"]; // a course that does not begin by itself
const CLOSED = /^(DB\.1\.1-3|SB\.2\.2-2|SB\.2\.4-|SB\.2\.9)/; // something stands in the way of what was asked for

// Returns in plain words why nothing is open [SB.2.1, SB.2.9, DB.1.1], and what can be done.
export function whyNothing(code, isOffering) {
  const next = texts[isOffering ? "nothing-choose" : "nothing-leave"];
  if (!code || (TO_BEGIN.includes(code) && isOffering)) return next;
  return `${texts[CLOSED.test(code) ? "nothing-locked" : "nothing"]} ${next}`;
}

// Returns which attempt this is, where that matters: there was one before, or they are limited.
export function attemptText({ attempts }) {
  if (!attempts?.number) return "";
  if (Number.isInteger(attempts.left)) return say("attempt-left", attempts);
  return attempts.number > 1 ? say("attempt", attempts) : "";
}

// Returns how the page was opened: in which attempt, where they are limited, and with what of that which was done before.
export function openedText(opening) {
  const { attempts, mode } = opening;
  if (mode && mode !== "normal") return "";
  const attempt = Number.isInteger(attempts?.left) ? attemptText(opening) : "";
  return [attempt, resumedText(opening)].filter((text) => text).join(" · ");
}

function resumedText({ previous }) {
  if (!previous) return "";
  if (previous.same_device || previous.has_ended) return texts.resumed;
  return say("resumed-elsewhere", { time: timeOf(new Date(previous.seen_at)) });
}

// Returns what is said where the door is closed: the learner's own, or that of one attempt, where another was begun.
export function closedText(reason) {
  if (reason === "attempt_over") return { title: texts["over-title"], text: texts.over };
  return { title: texts["closed-title"], text: texts.closed };
}

// Returns the identifier of a lease that a person can read out; the end of it differs most.
export function identifierOf(lease) {
  return say("identifier", { id: lease.replace(/-/g, "").slice(-8).toUpperCase() });
}

// Returns whether the learner can do anything but leave; to go on where the course ends is to leave.
export function canGoOn({ controls, entries, offered, last }) {
  const isWay = (kind) => controls[kind] === "enabled";
  return (isWay("continue") && !last) || isWay("previous") || (offered && entries.some((entry) => entry.enabled));
}
