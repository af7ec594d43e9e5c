/* What the learner sees around the content: title, table of contents, buttons, the badge, notices. */

const $ = (id) => document.getElementById(id);
const MARKS = { passed: "✓", completed: "✓", failed: "✗", incomplete: "◐", browsed: "◐", skipped: "–", "not attempted": "○" };
const MOVES = { previous: "previous", continue: "continue", exit: "suspendAll" }; // button → what is asked for
const DONE = ["passed", "completed"];
const NARROW = window.matchMedia("(max-width: 46rem)");
const AMISS = ["offline", "signed-out", "failed"];

export const texts = JSON.parse($("texts").textContent);

export function say(name, facts = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
}

export class Page {
  // `onMove(kind, target)` hears the learner's buttons.
  constructor(onMove) {
    this.onMove = onMove;
    this.language = document.documentElement.lang;
    this.savedAt = null;
    this.wasAmiss = false;
    for (const [name, kind] of Object.entries(MOVES)) {
      this.button(name).addEventListener("click", () => onMove(kind, null));
    }
    $("toggle").addEventListener("click", () => this.showContents($("toc").hidden));
    $("warning-close").addEventListener("click", () => ($("warning").hidden = true));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !NARROW.matches || $("toc").hidden) return;
      this.showContents(false);
      $("toggle").focus();
    });
    NARROW.addEventListener("change", () => this.uncover());
  }

  button(kind) {
    return document.querySelector(`[data-nav="${kind}"]`);
  }

  setTitle(title, language) {
    document.title = `${title} · Palier`;
    $("title").textContent = title;
    $("title").lang = language;
    $("items").lang = language;
  }

  // Shows a state of saving in its words; aloud only what is amiss, and once that it is mended.
  setBadge(state, sentence = state) {
    const badge = $("badge");
    const time = (this.savedAt || new Date()).toLocaleTimeString(this.language, { hour: "2-digit", minute: "2-digit" });
    const text = say(sentence, { time });
    badge.dataset.saveState = state;
    if (badge.textContent !== text) badge.textContent = text;
    const isAmiss = AMISS.includes(state);
    if ((isAmiss && text !== $("aloud").textContent) || (state === "saved" && this.wasAmiss)) {
      $("aloud").textContent = text;
    }
    if (isAmiss || state === "saved") this.wasAmiss = isAmiss;
  }

  // Says something that the learner has to know and that hinders nothing; it stays until it is closed.
  warn(text) {
    $("warning").hidden = false;
    $("warning-text").textContent = text;
  }

  // Takes back what was said so, and is over.
  unwarn(text) {
    if ($("warning-text").textContent === text) $("warning").hidden = true;
  }

  // Shows the table of contents of `contents`, with the item `current` open.
  setContents(contents, current, result) {
    const places = contents.entries.filter((entry) => entry.launchable && entry.status !== "skipped");
    const done = places.filter((entry) => DONE.includes(entry.status)).length;
    $("progress").textContent = say("progress", { done, all: places.length }) + this.time(result);
    const place = placeOf(document.activeElement);
    $("items").replaceChildren(...contents.entries.map((entry) => this.item(entry, current)));
    if (place) document.querySelector(place)?.focus();
    for (const kind of ["previous", "continue"]) this.setMove(kind, contents.controls[kind], places.length > 1);
    this.button("continue").querySelector(".word").textContent = contents.last ? texts.finish : texts.continue;
    this.setMove("exit", "enabled", true);
    this.offerContents(contents.offered);
  }

  time(result) {
    const minutes = Math.round(result.measured_cs / 6000);
    return minutes ? ` · ${say("minutes", { minutes })}` : "";
  }

  // Where there is a single item, a way that is not open is not shown either.
  setMove(kind, offer, isLong) {
    this.button(kind).hidden = offer === "hidden" || (offer === "disabled" && !isLong);
    this.button(kind).disabled = offer !== "enabled";
  }

  get isOffering() {
    return !$("toggle").hidden;
  }

  offerContents(isOffered) {
    if (this.isOffering === isOffered) return;
    $("toggle").hidden = !isOffered;
    this.showContents(isOffered && !NARROW.matches);
  }

  // Brings the keyboard to the first line of the contents that can be chosen.
  chooseFromContents() {
    this.showContents(true);
    $("items").querySelector('[aria-disabled="false"]')?.focus();
  }

  item(entry, current) {
    const line = document.createElement("li");
    line.style.setProperty("--depth", entry.depth);
    const isPlace = entry.launchable || entry.enabled;
    const label = document.createElement(isPlace ? "button" : "span");
    label.className = "item";
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = MARKS[entry.status] || "○";
    const title = document.createElement("span");
    title.className = "name";
    title.textContent = entry.title;
    const state = document.createElement("span");
    state.className = "state";
    state.lang = this.language;
    state.textContent = this.stateOf(entry, current);
    label.append(mark, title, state);
    label.dataset.status = entry.status;
    if (isPlace) this.makeChoice(label, entry, current);
    line.append(label);
    return line;
  }

  stateOf(entry, current) {
    const isOpen = entry.enabled || entry.id === current || DONE.includes(entry.status);
    if (entry.launchable && !isOpen) return texts.locked;
    if (entry.id === current && entry.status === "not attempted") return texts.incomplete;
    return entry.status === "failed" ? texts["failed-item"] : texts[entry.status] || "";
  }

  makeChoice(label, entry, current) {
    label.type = "button";
    label.dataset.tocItem = entry.id;
    if (entry.id === current) label.setAttribute("aria-current", "page");
    label.setAttribute("aria-disabled", String(!entry.enabled));
    label.addEventListener("click", () => {
      if (!entry.enabled) return;
      this.showContent();
      this.onMove("choice", entry.id);
    });
  }

  showContents(isShown) {
    $("toc").hidden = !isShown;
    $("toggle").setAttribute("aria-expanded", String(isShown));
    this.uncover();
  }

  // Takes away a table of contents that covers the content.
  showContent() {
    if (NARROW.matches && !$("toc").hidden) this.showContents(false);
  }

  // Where the table of contents covers the content, the keyboard does not get behind it.
  uncover() {
    $("content").inert = NARROW.matches && !$("toc").hidden;
  }

  // Nothing can be chosen while the last choice is on its way.
  setBusy(isBusy) {
    document.body.toggleAttribute("data-busy", isBusy);
    if (isBusy) this.place = placeOf(document.activeElement);
    document.querySelectorAll("[data-nav], [data-toc-item]").forEach((button) => {
      if (isBusy) button.dataset.was = button.disabled;
      button.disabled = isBusy || button.dataset.was === "true";
    });
  }

  // The keyboard comes back to the button that was pressed, if it can be pressed again, else to the content.
  focusAgain() {
    const active = document.activeElement;
    if (!this.place || (active !== document.body && !active.disabled)) return;
    const button = document.querySelector(this.place);
    if (button && !button.disabled && button.offsetParent) button.focus();
    else $("content").focus();
  }

  // Covers the content with a notice; `choice` is {text, act}, `link` {text, address}.
  notice({ title = "", text = "", choice = null, link = null }) {
    $("notice").hidden = false;
    if (choice || link) this.showContent();
    $("notice-title").textContent = title;
    $("notice-text").textContent = text;
    const button = $("notice-button");
    button.hidden = !choice;
    button.textContent = choice?.text || "";
    button.onclick = choice?.act || null;
    const anchor = $("notice-link");
    anchor.hidden = !link;
    if (link) {
      anchor.textContent = link.text;
      anchor.href = link.address;
      anchor.target = link.target || "";
      anchor.rel = "noopener";
    }
    if (choice) button.focus();
  }

  get hasNotice() {
    return !$("notice").hidden;
  }

  clear() {
    $("notice").hidden = true;
  }

  // Controls of a course that does not run do nothing.
  freeze() {
    document.querySelectorAll("[data-nav], [data-toc-item]").forEach((button) => (button.disabled = true));
  }
}

// Returns how to find a button again that is made anew.
function placeOf(element) {
  const { nav, tocItem } = element?.dataset || {};
  if (nav) return `[data-nav="${nav}"]`;
  return tocItem ? `[data-toc-item="${CSS.escape(tocItem)}"]` : null;
}
