/* The table of contents: its lines, what has been done and how long it took, and the ways to end at its foot. */

import { placeOf, say, texts } from "./words.js";

const $ = (id) => document.getElementById(id);
const MARKS = { passed: "✓", completed: "✓", failed: "✗", incomplete: "◐", browsed: "◐", skipped: "–", "not attempted": "○" };
const DONE = ["passed", "completed"];
const WAYS = ["exit", "exitAll", "abandon", "abandonAll"];
const SITTING = "palier.sitting";
const CHOICE = "palier.contents"; // whether the learner likes to see the contents beside the content
const NARROW = window.matchMedia("(max-width: 46rem)");

export class Contents {
  // `listener` has onChoose(identifier), onLocked(entry), onWay(kind).
  constructor(listener) {
    this.listener = listener;
    this.language = document.documentElement.lang;
    this.startCs = null; // the time of the attempt when this page began with it
    $("toggle").addEventListener("click", () => {
      if (!NARROW.matches) remember($("toc").hidden);
      this.show($("toc").hidden);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !NARROW.matches || $("toc").hidden) return;
      this.show(false);
      $("toggle").focus();
    });
    NARROW.addEventListener("change", () => this.uncover());
  }

  way(kind) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.dataset.nav = kind;
    button.textContent = texts[`way-${kind}`];
    button.hidden = true;
    button.addEventListener("click", () => this.listener.onWay(kind));
    return button;
  }

  // Makes the ways to end of SCORM 2004; in 1.2 all ways out are the one in the bar.
  setWays(is2004) {
    $("ways").replaceChildren(...(is2004 ? WAYS.map((kind) => this.way(kind)) : []));
  }

  setLanguage(language, direction) {
    $("items").lang = language;
    $("items").dir = direction;
  }

  // Shows `contents` with the item `current` open.
  draw(contents, current, result) {
    const places = contents.entries.filter((entry) => entry.launchable && entry.status !== "skipped");
    this.drawProgress(places, current, result);
    const place = placeOf(document.activeElement);
    $("items").replaceChildren(...contents.entries.map((entry) => this.line(entry, current)));
    if (place) document.querySelector(place)?.focus();
  }

  drawProgress(places, current, result) {
    const done = places.filter((entry) => DONE.includes(entry.status)).length;
    const words = places.length === 1 ? this.stateOf(places[0], current) : say("progress", { done, all: places.length });
    $("progress").textContent = places.length ? words : "";
    $("meter").hidden = !places.length;
    $("meter").value = places.length === 1 ? Math.max(result.progress ?? 0, done) : done / (places.length || 1);
    this.drawTime(result.measured_cs);
  }

  // Shows the time that the server has measured: since this page began, and all together.
  drawTime(measured) {
    if (!Number.isFinite(measured)) return;
    this.startCs ??= startOf(measured);
    const [here, all] = [measured - this.startCs, measured].map((time) => this.duration(time));
    $("time").textContent = all ? say(this.startCs ? "time-both" : "time", { here: here || this.duration(6000, "<"), all }) : "";
  }

  duration(time, mark = "") {
    const minutes = Math.round(time / 6000);
    if (minutes < 60) return minutes ? mark + say("minutes", { minutes }) : "";
    return say("hours", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
  }

  setAttempt(text) {
    $("attempt").hidden = !text;
    $("attempt").textContent = text;
  }

  line(entry, current) {
    const line = document.createElement("li");
    line.style.setProperty("--depth", entry.depth);
    const isPlace = entry.launchable || entry.enabled;
    const label = document.createElement(isPlace ? "button" : "span");
    label.className = "item";
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.setAttribute("aria-hidden", "true");
    mark.append(this.markOf(entry, current));
    const title = document.createElement("span");
    title.className = "name";
    title.textContent = entry.title;
    title.dir = "auto"; // an author may mix languages
    const state = document.createElement("span");
    state.className = "state";
    state.lang = this.language;
    state.dir = "ltr"; // the languages of the platform
    state.textContent = this.stateOf(entry, current);
    label.append(mark, title, state);
    label.dataset.status = entry.status;
    if (isPlace) this.makeChoice(label, entry, current);
    line.append(label);
    return line;
  }

  markOf(entry, current) {
    if (this.isLocked(entry, current)) return lock();
    const isBegun = entry.id === current && entry.status === "not attempted";
    return MARKS[isBegun ? "incomplete" : entry.status] || "○";
  }

  isLocked(entry, current) {
    return entry.launchable && !entry.enabled && entry.id !== current && !DONE.includes(entry.status);
  }

  stateOf(entry, current) {
    if (this.isLocked(entry, current)) return texts.locked;
    if (entry.id === current && entry.status === "not attempted") return texts.incomplete;
    return entry.status === "failed" ? texts["failed-item"] : texts[entry.status] || "";
  }

  makeChoice(label, entry, current) {
    label.type = "button";
    label.dataset.tocItem = entry.id;
    if (entry.id === current) label.setAttribute("aria-current", "page");
    label.setAttribute("aria-disabled", String(!entry.enabled));
    label.addEventListener("click", () => {
      if (entry.enabled) {
        this.stepAside();
        this.listener.onChoose(entry.id);
      } else if (entry.id !== current) {
        this.listener.onLocked(entry);
      }
    });
  }

  // Offers the ways to end that the course allows: at the foot of the contents, or in a row of their own without them.
  drawWays(controls, isOffered) {
    let count = 0;
    for (const button of $("ways").children) {
      button.hidden = controls[button.dataset.nav] !== "enabled";
      button.disabled = false;
      count += button.hidden ? 0 : 1;
    }
    $("ways").hidden = !count;
    $("row").hidden = isOffered || !count;
    const place = isOffered ? $("toc") : $("row");
    if ($("ways").parentElement !== place) place.append($("ways"));
  }

  get isOffering() {
    return !$("toggle").hidden;
  }

  offer(isOffered) {
    if (this.isOffering === isOffered) return;
    $("toggle").hidden = !isOffered;
    this.show(isOffered && !NARROW.matches && isLiked());
  }

  show(isShown) {
    $("toc").hidden = !isShown;
    $("toggle").setAttribute("aria-expanded", String(isShown));
    this.uncover();
  }

  // Goes where the contents cover what is shown.
  stepAside() {
    if (!NARROW.matches || $("toc").hidden) return;
    const isHere = $("toc").contains(document.activeElement);
    this.show(false);
    if (isHere) $("content").focus(); // else the keyboard would be nowhere
  }

  // Where the table of contents covers the content, the keyboard does not get behind it.
  uncover() {
    $("content").inert = NARROW.matches && !$("toc").hidden;
  }

  // Brings the keyboard to the first line that can be chosen.
  choose() {
    this.show(true);
    $("items").querySelector('[aria-disabled="false"]')?.focus();
  }
}

// Returns the picture of a lock: not every device has a letter for it.
function lock() {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 16 16");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M5 7V5a3 3 0 0 1 6 0v2M3 7h10v8H3z");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "2");
  picture.append(path);
  return picture;
}

// Returns the time of the attempt when it was launched; a reload goes on with the same sitting.
function startOf(measured) {
  try {
    const known = JSON.parse(sessionStorage.getItem(SITTING));
    if (known?.launch === location.href) return Math.min(known.measured, measured);
    sessionStorage.setItem(SITTING, JSON.stringify({ launch: location.href, measured }));
  } catch (error) {
    // the sitting begins with this page
  }
  return measured;
}

function remember(isShown) {
  try {
    localStorage.setItem(CHOICE, isShown ? "shown" : "hidden");
  } catch (error) {
    // the next course begins with its contents
  }
}

function isLiked() {
  try {
    return localStorage.getItem(CHOICE) !== "hidden";
  } catch (error) {
    return true;
  }
}
