/* What the learner sees around the content: title, controls, the badge, notices, banners; the contents are in a module
 * of their own.
 */

import { Contents } from "./contents.js";
import { directionOf, placeOf, say, texts } from "./words.js";

const $ = (id) => document.getElementById(id);
const AMISS = ["offline", "signed-out", "failed"];
const ENDS = ["exit", "exitAll"]; // ways out that keep what was done

export class Page {
  // `onMove(kind, target)` hears the learner's buttons.
  constructor(onMove) {
    this.onMove = onMove;
    this.language = document.documentElement.lang;
    this.savedAt = null;
    this.wasAmiss = false;
    this.is2004 = false;
    this.contents = new Contents({
      onChoose: (identifier) => onMove("choice", identifier),
      onLocked: ({ title }) => this.banner("locked", { text: say("locked-why", { title }) }),
      onWay: (kind) => this.goBy(kind),
    });
    for (const kind of ["previous", "continue"]) this.button(kind).addEventListener("click", () => this.go(kind));
    $("leave").addEventListener("click", () => onMove("suspendAll", null));
    $("way-out").addEventListener("click", (event) => {
      event.preventDefault();
      onMove("suspendAll", null);
    });
    $("warning-close").addEventListener("click", () => {
      $("warning").hidden = true;
      this.focusBeyond();
    });
    $("back").addEventListener("click", (event) => {
      event.preventDefault();
      this.focusControls();
    });
    this.offerFullScreen();
  }

  button(kind) {
    return document.querySelector(`[data-nav="${kind}"]`);
  }

  // The contents do not cover what is gone to.
  go(kind) {
    this.contents.stepAside();
    this.onMove(kind, null);
  }

  // Tells which course is open: its title, the languages, and whether it has the controls of SCORM 2004.
  setCourse({ title, language, content_language: own, edition }, attempt) {
    const tag = own || language;
    const direction = directionOf(tag, title);
    document.title = `${title} · Palier`;
    $("title").textContent = title;
    $("title").lang = tag;
    $("title").dir = direction;
    this.contents.setLanguage(tag, direction);
    this.contents.setAttempt(attempt);
    this.is2004 = edition !== "1.2";
    this.contents.setWays(this.is2004);
    $("leave").dataset.nav = this.is2004 ? "suspendAll" : "exit";
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

  // Says something about the course that is open, beside it: one line of each name; `choices` are {text, act} or
  // {text, address}. What is `fixed` cannot be put away.
  banner(name, { text, choices = [], isFixed = false, isLoud = false }) {
    this.unbanner(name);
    const line = document.createElement("div");
    line.className = "banner";
    line.dataset.banner = name;
    line.classList.toggle("loud", isLoud);
    const words = document.createElement("span");
    words.className = "words";
    words.textContent = text;
    const tools = document.createElement("span");
    tools.className = "tools";
    tools.append(...choices.map((choice) => choiceOf(choice, () => line.remove())));
    line.append(words, ...(choices.length ? [tools] : []));
    if (!isFixed) line.append(closeOf(() => line.remove(), () => this.focusBeyond()));
    $("banners").append(line);
  }

  unbanner(name) {
    document.querySelector(`[data-banner="${name}"]`)?.remove();
  }

  // Shows the table of contents of `contents`, with the item `current` open.
  setContents(contents, current, result) {
    this.contents.draw(contents, current, result);
    this.contents.offer(contents.offered);
    this.setControls(contents, contents.entries.filter((entry) => entry.launchable).length > 1);
  }

  setControls({ controls, last, offered }, isLong) {
    for (const kind of ["previous", "continue"]) this.setMove(kind, controls[kind], isLong);
    this.button("continue").querySelector(".word").textContent = last ? texts.finish : texts.continue;
    const isHidden = this.is2004 && controls.suspendAll === "hidden";
    $("leave").hidden = isHidden;
    $("leave").disabled = false;
    $("way-out").hidden = !isHidden || ENDS.some((kind) => controls[kind] === "enabled");
    this.contents.drawWays(controls, offered);
  }

  // Where there is a single item, a way that is not open is not shown either.
  setMove(kind, offer, isLong) {
    this.button(kind).hidden = offer === "hidden" || (offer === "disabled" && !isLong);
    this.button(kind).disabled = offer !== "enabled";
  }

  // What throws work away is asked about first.
  async goBy(kind) {
    if (kind.startsWith("abandon") && !(await this.ask(kind))) return;
    this.go(kind);
  }

  // Asks whether the learner means it; resolves with the answer.
  ask(name) {
    const dialog = $("ask");
    $("ask-title").textContent = texts[`${name}-title`];
    $("ask-text").textContent = texts[`${name}-text`];
    $("ask-yes").textContent = texts[`way-${name}`];
    $("ask-no").textContent = texts["ask-no"];
    $("ask-yes").onclick = () => dialog.close("yes");
    $("ask-no").onclick = () => dialog.close("no");
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  get isOffering() {
    return this.contents.isOffering;
  }

  chooseFromContents() {
    this.contents.choose();
  }

  // Takes away a table of contents that covers the content.
  showContent() {
    this.contents.stepAside();
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

  // What had the keyboard is gone: it goes to what comes next.
  focusBeyond() {
    if ($("content").inert) $("toggle").focus();
    else $("content").focus();
  }

  // Brings the keyboard out of the content, to the first control that can be pressed.
  focusControls() {
    const controls = [$("toggle"), ...document.querySelectorAll(".moves button, .moves a")];
    controls.find((control) => !control.disabled && control.offsetParent)?.focus();
  }

  // Covers the content with a notice; `choice` and `other` are {text, act}, `link` {text, address}.
  notice({ title = "", text = "", note = "", choice = null, other = null, link = null }) {
    $("notice").hidden = false;
    if (choice || link) this.showContent();
    $("notice-title").textContent = title;
    $("notice-text").textContent = text;
    $("notice-note").textContent = note;
    $("notice-note").hidden = !note;
    setChoice($("notice-button"), choice);
    setChoice($("notice-other"), other);
    const anchor = $("notice-link");
    anchor.hidden = !link;
    if (link) {
      anchor.textContent = link.text;
      anchor.href = link.address;
      anchor.target = link.target || "";
      anchor.rel = "noopener";
    }
    if (choice) $("notice-button").focus();
    else if (title && link) anchor.focus();
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
    $("way-out").hidden = true;
    $("banners").replaceChildren();
    if ($("ask").open) $("ask").close("no");
  }

  // The whole player fills the screen, so that the badge and the controls stay.
  offerFullScreen() {
    const button = $("full");
    button.hidden = !document.fullscreenEnabled;
    button.addEventListener("click", () => {
      const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      change.catch(() => (button.hidden = true));
    });
    document.addEventListener("fullscreenchange", () => {
      button.setAttribute("aria-pressed", String(document.fullscreenElement !== null));
    });
  }
}

function setChoice(button, choice) {
  button.hidden = !choice;
  button.textContent = choice?.text || "";
  button.onclick = choice?.act || null;
}

function closeOf(put, act) {
  const button = choiceOf({ text: "✕", act }, put);
  button.classList.add("close");
  button.setAttribute("aria-label", texts.close);
  button.title = texts.close;
  return button;
}

function choiceOf({ text, act, address }, put) {
  const element = document.createElement(address ? "a" : "button");
  element.className = "tool";
  element.textContent = text;
  if (address) {
    element.href = address;
  } else {
    element.type = "button";
    element.addEventListener("click", () => {
      put();
      act?.();
    });
  }
  return element;
}
