/* The player's words in the learner's language, and what follows from the language of the content. */

const LEFTWARD = /^(ar|arc|ckb|dv|fa|he|iw|ps|sd|syr|ug|ur|yi)(-|$)|-(arab|hebr|thaa|syrc|nkoo)(-|$)/;
const NOT_LEFTWARD = /-(latn|cyrl)(-|$)/;
const FIRST_LETTER = /\p{L}/u;
const LEFTWARD_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

export const texts = JSON.parse(document.getElementById("texts").textContent);

export function say(name, facts = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
}

// Returns the reading direction of a language by its tag, or of a text that says otherwise: tags are often left out.
export function directionOf(language, text = "") {
  const tag = (language || "").toLowerCase().replace(/_/g, "-");
  const letter = FIRST_LETTER.exec(text)?.[0] || "";
  if (LEFTWARD_LETTER.test(letter)) return "rtl";
  return LEFTWARD.test(tag) && !NOT_LEFTWARD.test(tag) ? "rtl" : "ltr";
}

// Returns a time of day, with the date where it is not of today.
export function timeOf(date) {
  const language = document.documentElement.lang;
  const clock = { hour: "2-digit", minute: "2-digit" };
  if (date.toDateString() === new Date().toDateString()) return date.toLocaleTimeString(language, clock);
  return date.toLocaleString(language, { day: "numeric", month: "long", ...clock });
}

// Returns how to find a button again that is made anew.
export function placeOf(element) {
  const { nav, tocItem } = element?.dataset || {};
  if (nav) return `[data-nav="${nav}"]`;
  return tocItem ? `[data-toc-item="${CSS.escape(tocItem)}"]` : null;
}
