/* The panel of a trial: which signals of the package came, and every call it made. Loaded in trials alone.
 *
 * What comes from the package is shown as text, and sent to the server in batches with the lease's token.
 */

import { call as post } from "./sender.js";

const SEND_MS = 2000;
const AGAIN_MS = 10000;
const TOGETHER = 100; // calls in one batch
const KEEPALIVE_CALLS = 15;
const MOST_KEPT = 10000; // calls that are kept here
const MOST_SHOWN = 500;
const MOST_AT_ONCE = 200; // calls in one message; an honest one has a hundred
const MOST_PARTS = 2000;
const LATEST = 8.64e15; // what a date can be
const LONGEST = 340;
const LEAVE_MS = 2000;
const ABOUT_ERRORS = ["last-error", "error-string", "diagnostic"];

let panel = null; // one for the page, whichever lease plays

// Returns the panel, which from now on shows and sends what `opening`'s lease plays.
export async function openTrace(opening) {
  if (!panel) {
    const answer = await fetch(`/trace/words/${document.documentElement.lang}`);
    if (!answer.ok) throw new Error(`the words of the panel: ${answer.status}`);
    await addStyle();
    panel = new Trace(await answer.json());
  }
  panel.outbox = new Outbox(opening.token);
  return panel;
}

function addStyle() {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("trace.css", import.meta.url);
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}

// Returns a new element with attributes, text and children.
function make(name, attributes = {}, ...children) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  found.append(...children);
  return found;
}

export function isCall(call) {
  return (
    call !== null &&
    typeof call === "object" &&
    [call.activity, call.name, call.result, call.code].every((part) => typeof part === "string" && part.length <= LONGEST) &&
    Array.isArray(call.args) &&
    call.args.length <= 4 &&
    call.args.every((part) => typeof part === "string" && part.length <= LONGEST) &&
    [call.at, call.times].every((number) => Number.isSafeInteger(number) && number > 0) &&
    call.at <= LATEST
  );
}

class Trace {
  constructor({ words, table }) {
    this.words = words;
    this.table = table;
    this.calls = [];
    this.heard = new Map(); // activity → signal → {value, at, isFinal}
    this.leaving = new Map(); // activity → how it said that it will be left
    this.news = []; // what has come of the item since it was last said aloud
    this.item = null;
    this.outbox = null;
    this.build();
  }

  say(name, facts = {}) {
    return this.words[name].replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
  }

  build() {
    const { words } = this;
    this.toggle = make("button", { type: "button", class: "tool", "aria-expanded": "true", "aria-controls": "trace-body" }, words.hide);
    this.toggle.addEventListener("click", () => this.show(this.body.hidden));
    this.part = make("p", { class: "trace-part" });
    this.signals = make("dl", { class: "signals" });
    this.silent = make("p", { hidden: "" }, words.asset);
    this.aloud = make("p", { class: "aloud", role: "status" });
    this.lines = make("ol", { class: "calls" });
    this.shelf = make("div", { class: "shelf", tabindex: "0", role: "region", "aria-label": words.calls }, this.lines);
    this.body = make("div", { id: "trace-body", class: "trace-body" });
    this.body.append(
      make("p", { class: "trace-note" }, words.note),
      make("h3", {}, words.signals),
      this.part,
      this.signals,
      this.silent,
      make("h3", {}, words.calls),
      this.tools(),
      this.shelf,
    );
    const title = make("h2", { id: "trace-title" }, words.title);
    const head = make("div", { class: "trace-head" }, title, this.toggle);
    this.element = make("aside", { id: "trace", class: "trace", "aria-labelledby": "trace-title" }, head, this.body, this.aloud);
    const floor = document.querySelector(".floor");
    floor.classList.add("traced");
    floor.append(this.element);
    this.drawSignals();
  }

  tools() {
    const { words } = this;
    const filter = make("input", { type: "checkbox", id: "trace-filter" });
    filter.addEventListener("change", () => this.lines.classList.toggle("only-set", filter.checked));
    const copy = make("button", { type: "button", class: "tool" }, words.copy);
    copy.addEventListener("click", () => this.copy());
    const download = make("button", { type: "button", class: "tool" }, words.download);
    download.addEventListener("click", () => this.download());
    const label = make("label", { for: "trace-filter" }, filter, ` ${words["only-set"]}`);
    this.done = make("span", { class: "trace-done", role: "status" });
    return make("p", { class: "trace-tools" }, label, copy, download, this.done);
  }

  show(isShown) {
    this.body.hidden = !isShown;
    this.element.classList.toggle("folded", !isShown);
    this.toggle.setAttribute("aria-expanded", String(isShown));
    this.toggle.textContent = isShown ? this.words.hide : this.words.show;
  }

  // Shows the signals of the item that is delivered now.
  begin(item) {
    this.item = item;
    this.part.textContent = item.title;
    this.drawSignals();
  }

  take(calls) {
    const sound = calls.slice(0, MOST_AT_ONCE).filter(isCall);
    const isAtEnd = this.shelf.scrollTop + this.shelf.clientHeight >= this.shelf.scrollHeight - 8;
    for (const call of sound) {
      if (this.calls.length < MOST_KEPT) this.calls.push(call);
      this.lines.append(this.line(call));
      this.hear(call);
    }
    while (this.lines.childElementCount > MOST_SHOWN) this.lines.firstElementChild.remove();
    if (isAtEnd) this.shelf.scrollTop = this.shelf.scrollHeight;
    this.drawSignals();
    this.sayNews();
    this.outbox?.add(sound);
  }

  // To ask for what was never set is no fault, though 2004 has a code for it.
  isError(call) {
    const action = this.table.actions[call.name];
    return call.code !== "0" && !ABOUT_ERRORS.includes(action) && !(action === "get" && call.code === this.table["never-set"]);
  }

  line(call) {
    const isSet = !["get", ...ABOUT_ERRORS].includes(this.table.actions[call.name]);
    const line = make("li", { class: isSet ? "set" : "asked" });
    const asked = `${call.name}(${call.args.map((value) => JSON.stringify(value)).join(", ")})`;
    line.append(make("time", {}, this.time(call.at)), ` ${asked} → ${JSON.stringify(call.result)}`);
    if (call.times > 1) line.append(` × ${call.times}`);
    if (this.isError(call)) {
      line.classList.add("error");
      line.append(" ", make("strong", {}, this.say("error", { code: call.code })));
    }
    return line;
  }

  // All of a batch in one go: what is said a moment later would take its place.
  sayNews() {
    if (!this.news.length) return;
    const said = this.news.map((signal) => `${this.words[`signal-${signal}`]}: ${this.state(signal)}`);
    this.aloud.textContent = said.join(". ");
    this.news = [];
  }

  hear(call) {
    if (!this.heard.has(call.activity) && this.heard.size >= MOST_PARTS) return;
    const heard = this.heard.get(call.activity) || new Map();
    this.heard.set(call.activity, heard);
    if (this.isError(call)) {
      const value = String(Number(heard.get("errors")?.value || 0) + call.times);
      heard.set("errors", { value, at: call.at, isFinal: true });
      return;
    }
    const action = this.table.actions[call.name];
    if (action === "open") this.note(call, "started", "", true);
    else if (action === "close") this.note(call, "ended", this.leaving.get(call.activity) || "", true);
    else if (action === "set") this.hearValue(call);
  }

  hearValue(call) {
    const [element, value] = call.args;
    if (this.table.exits.includes(element)) this.leaving.set(call.activity, value);
    for (const [signal, wanted] of Object.entries(this.table.elements[element] || {})) {
      this.note(call, signal, value, value !== "" && (!wanted.length || wanted.includes(value)));
    }
  }

  note(call, signal, value, isFinal) {
    const heard = this.heard.get(call.activity);
    const before = heard.get(signal);
    if (!isFinal && (before?.isFinal || signal === "success")) return; // of success there is no word on the way
    heard.set(signal, { value, at: call.at, isFinal });
    if (isFinal && !before?.isFinal && call.activity === this.item?.activity) {
      this.news.push(signal);
    }
  }

  drawSignals() {
    this.silent.hidden = !this.item?.is_asset;
    this.signals.hidden = !this.silent.hidden;
    const rows = this.table.signals.map((signal) => {
      const heard = this.heard.get(this.item?.activity)?.get(signal);
      const isCome = heard?.isFinal === true;
      const kind = signal === "errors" ? (isCome ? "bad" : "good") : isCome ? "good" : "open";
      const name = make("dt", {}, this.words[`signal-${signal}`]);
      return make("div", { "data-signal": signal, "data-state": kind }, name, make("dd", {}, this.state(signal)));
    });
    this.signals.replaceChildren(...rows);
  }

  state(signal) {
    const heard = this.heard.get(this.item?.activity)?.get(signal);
    const facts = { value: heard?.value, time: heard && this.time(heard.at) };
    if (signal === "errors") return heard ? this.say("errors", facts) : this.words["no-errors"];
    if (!heard) return this.words.waiting;
    if (!heard.isFinal) return this.say("partly", facts);
    return this.say(heard.value ? "came" : "came-plain", facts);
  }

  time(at) {
    return new Date(at).toLocaleTimeString(document.documentElement.lang);
  }

  get text() {
    return this.calls
      .map((call) => {
        const asked = `${call.name}(${call.args.map((value) => JSON.stringify(value)).join(", ")})`;
        const times = call.times > 1 ? ` x${call.times}` : "";
        return `${new Date(call.at).toISOString()} [${call.activity}] ${asked} -> ${JSON.stringify(call.result)} (${call.code})${times}`;
      })
      .join("\n");
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      this.done.textContent = this.words.copied;
    } catch (error) {
      this.done.textContent = this.words["not-copied"];
    }
  }

  download() {
    const address = URL.createObjectURL(new Blob([this.text], { type: "text/plain" }));
    make("a", { href: address, download: "trace.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  // Sends what is not sent yet; resolves when that is done, two seconds later at most.
  leave() {
    return Promise.race([this.outbox.sendAll(), new Promise((resolve) => setTimeout(resolve, LEAVE_MS))]);
  }

  flush() {
    this.outbox?.flush();
  }
}

// What the server has to hear of the calls of one lease, batch by batch.
class Outbox {
  constructor(token) {
    this.token = token;
    this.waiting = [];
    this.seq = 0;
    this.batch = null; // that is on its way, or comes again
    this.timer = null;
    this.sending = null;
    this.isFull = false;
  }

  add(calls) {
    if (this.isFull || this.waiting.length > MOST_KEPT) return;
    this.waiting.push(...calls);
    this.plan(SEND_MS);
  }

  plan(delay) {
    if (!this.timer) this.timer = setTimeout(() => this.sendAll(), delay);
  }

  sendAll() {
    clearTimeout(this.timer);
    this.timer = null;
    this.sending ??= this.send().finally(() => {
      this.sending = null;
      if (this.batch || this.waiting.length) this.plan(AGAIN_MS);
    });
    return this.sending;
  }

  async send() {
    while (!this.isFull && (this.batch || this.waiting.length)) {
      this.batch ??= this.next(TOGETHER);
      let answer;
      try {
        answer = await post("/trace", this.batch, this.token);
      } catch (error) {
        return;
      }
      if (answer.status === 0 || answer.status >= 500) return;
      if (answer.status !== 200 || answer.body.full) this.isFull = true;
      this.batch = null;
    }
    if (this.isFull) this.waiting = [];
  }

  next(count) {
    const calls = this.waiting.splice(0, count);
    this.seq += 1;
    return {
      seq: this.seq,
      calls: calls.map(({ at, activity, name, args, result, code, times }) => [at, activity, name, args, result, code, times]),
    };
  }

  // The page may be going: what fits into posts that outlive it. What is on its way already is said once more.
  flush() {
    const batches = this.batch ? [this.batch] : [];
    while (this.waiting.length && batches.length < 3) batches.push(this.next(KEEPALIVE_CALLS));
    for (const batch of batches) post("/trace", batch, this.token, { keepalive: true }).catch(() => {});
  }
}
