/* The control by which a learner keeps a course on this device, and what is said of it. */

import { say, texts, timeOf } from "./words.js";

const $ = (id) => document.getElementById(id);
const UNITS = [["size-gb", 1e9], ["size-mb", 1e6], ["size-kb", 1e3]];

export class Panel {
  constructor(keeping) {
    this.keeping = keeping;
    this.plan = null;
    this.asks = ""; // what is asked just now: "remove" where work would be lost
    this.isOwing = false;
    keeping.onChange = () => this.draw();
    $("keep").addEventListener("click", () => this.open());
    $("copy").addEventListener("close", () => (this.asks = ""));
  }

  async open() {
    this.plan = null;
    this.isOwing = await this.keeping.isOwing();
    this.choices = "";
    $("copy").showModal();
    this.draw();
    if (["none", "renewed"].includes(this.keeping.status)) await this.fetchPlan();
  }

  async fetchPlan() {
    const answer = await this.keeping.plan();
    this.plan = answer ? { ...answer.body, isRefused: answer.status !== 200 } : { isMissing: true };
    this.draw();
  }

  draw() {
    const { status, record } = this.keeping;
    const button = $("keep");
    button.hidden = this.isHidden;
    button.dataset.keep = this.state(status, record);
    button.querySelector(".word").textContent = this.label(status, record);
    if (status !== this.status) this.said(status);
    if (!$("copy").open) return;
    const view = this.view(status, record || {});
    $("copy-text").replaceChildren(...view.lines.filter(Boolean).map(paragraph));
    $("copy-meter").hidden = status !== "loading" && status !== "paused";
    $("copy-meter").max = record?.size || 1;
    $("copy-meter").value = record?.doneSize || 0;
    this.drawAddress(status === "kept" ? `${location.origin}/kept/${record.attempt}` : "");
    this.drawChoices(view.choices, view.isOffer ? texts["keep-not-now"] : texts["keep-close"]);
  }

  // Says aloud what has become of the copy, and not each file of it.
  said(status) {
    const isNews = this.status !== undefined && ["kept", "full", "paused", "none"].includes(status);
    this.status = status;
    if (isNews) $("copy-said").textContent = status === "none" ? texts["keep-removed"] : this.label(status, this.keeping.record);
  }

  drawAddress(address) {
    $("copy-address").hidden = !address;
    $("copy-link").href = $("copy-link").textContent = address;
  }

  // Buttons that are the same stay where they are, under the hand that is about to press them.
  drawChoices(choices, close) {
    const key = [...choices.map(([name, text]) => `${name} ${text}`), close].join();
    if (this.choices === key && $("copy-choices").childElementCount) return;
    this.choices = key;
    const active = document.activeElement?.dataset?.keepDo;
    const buttons = [...choices, ["close", close, () => $("copy").close()]].map(([name, text, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = name === "start" || name === "go-on" ? "tool main" : "tool";
      button.dataset.keepDo = name;
      button.textContent = text;
      button.addEventListener("click", act);
      return button;
    });
    $("copy-choices").replaceChildren(...buttons);
    const lost = !$("copy").contains(document.activeElement);
    if (active || lost) (buttons.find((button) => button.dataset.keepDo === active) || buttons[0]).focus();
  }

  state(status, record) {
    if (status === "loading" && record.isBroken) return "broken";
    return status === "kept" && this.keeping.isAlone ? "owing" : status;
  }

  label(status, record) {
    if (status === "loading") return say("keep-loading", record);
    if (status === "paused" || status === "full") return say("keep-paused", record);
    if (status !== "kept") return texts.keep;
    if (this.keeping.isAlone) return texts["keep-owing"];
    return texts[record.scope === "course" ? "keep-done" : "keep-done-activity"];
  }

  view(status, record) {
    const facts = { done: record.done, files: record.files, size: sizeOf(record.doneSize), all: sizeOf(record.size) };
    const remove = ["remove", texts["keep-remove"], () => this.remove()];
    const goOn = ["go-on", texts["keep-go-on"], () => this.keeping.download()];
    if (this.asks === "remove") return this.removal();
    if (status === "kept") return { lines: this.keptLines(record), choices: [remove] };
    if (status === "full") return { lines: [say("keep-full", facts)], choices: [goOn, remove] };
    if (status === "forbidden") return { lines: [texts["keep-forbidden"]], choices: [remove] };
    if (status === "paused") return { lines: [say("keep-paused", facts)], choices: [goOn, remove] };
    if (status !== "loading") return this.offer(status);
    const pause = ["pause", texts["keep-pause"], () => this.keeping.pause()];
    return { lines: [say(record.isBroken ? "keep-broken" : "keep-loading-size", facts)], choices: [pause, remove] };
  }

  // What is said before anything is downloaded: how much, what of it plays alone, and who can open it then.
  offer(status) {
    const plan = this.plan;
    const renewed = status === "renewed" ? [texts["keep-renewed"]] : [];
    const remove = status === "renewed" ? [["remove", texts["keep-remove"], () => this.remove()]] : [];
    if (!plan) return { lines: [...renewed, texts["keep-ask"]], choices: remove };
    if (plan.isMissing) return { lines: [...renewed, texts["keep-no-answer"]], choices: remove };
    if (plan.isRefused) return { lines: [texts["keep-refused"]], choices: remove };
    if (plan.reason === "nothing_open") return { lines: [texts["keep-nothing-open"]], choices: remove };
    const size = sizeOf(plan.size);
    const isPart = plan.scope === "activity";
    const start = ["start", say("keep-start", { size }), () => this.keeping.start(plan)];
    return {
      lines: [
        ...renewed,
        say("keep-size", { size, files: plan.files }),
        isPart ? `${texts["keep-activity"]} ${texts["keep-rules"]}` : texts["keep-course"],
        texts["keep-open"],
      ],
      choices: [start, ...remove],
      isOffer: true,
    };
  }

  keptLines(record) {
    const time = timeOf(new Date(record.syncedAt));
    const part = record.scope === "activity" ? texts["keep-activity"] : texts["keep-course"];
    return [part, this.isOwing ? texts["keep-unsynced"] : say("keep-synced", { time })];
  }

  removal() {
    const lose = ["lose", texts["keep-remove-lose"], () => this.removeNow()];
    const leave = ["leave", texts["keep-remove-not"], () => this.cancel()];
    return { lines: [texts["keep-remove-refused"]], choices: [leave, lose] };
  }

  cancel() {
    this.asks = "";
    this.draw();
  }

  async remove() {
    this.isOwing = await this.keeping.isOwing();
    if (!this.isOwing) return this.removeNow();
    this.asks = "remove";
    this.draw();
  }

  async removeNow() {
    this.asks = "";
    await this.keeping.remove(this.keeping.frame);
    await this.fetchPlan();
  }

  // A page that plays nothing which could be kept has no such control.
  show(isShown) {
    this.isHidden = !isShown;
    this.draw();
  }
}

// Returns a number of bytes in the units of file managers.
export function sizeOf(bytes = 0) {
  const [name, unit] = UNITS.find(([, size]) => bytes >= size) || UNITS[UNITS.length - 1];
  const number = (Math.max(bytes, 1) / unit).toLocaleString(document.documentElement.lang, { maximumSignificantDigits: 2 });
  return say(name, { number });
}

function paragraph(text) {
  const line = document.createElement("p");
  line.textContent = text;
  return line;
}
