/* The list of what this device keeps: opens it, sends what was done without the server, removes it. */

import { openJournal } from "./journal.js";
import { Keeping } from "./keeping.js";
import { takeLease } from "./opening.js";
import { SAVED } from "./sender.js";
import { say, texts, timeOf } from "./words.js";

const $ = (id) => document.getElementById(id);
const journal = await openJournal();

// One copy: its line on the page, and what can be done with it.
class Copy {
  constructor(record) {
    this.keeping = new Keeping(journal);
    this.record = record;
    this.state = ""; // "sending" while its work is on the way, "signed-out" where nobody may send it
    this.line = document.createElement("li");
    this.line.dataset.attempt = record.attempt;
    this.line.lang = document.documentElement.lang;
  }

  async load() {
    await this.keeping.load(this.record.attempt);
    this.isOwing = await this.keeping.isOwing();
    this.draw();
  }

  draw() {
    const { opening } = this.record;
    const title = document.createElement("h2");
    title.textContent = opening.title;
    title.lang = opening.language;
    const state = document.createElement("p");
    state.className = "state";
    state.dataset.keep = this.isOwing ? "owing" : this.keeping.status;
    state.textContent = this.stateText();
    const open = document.createElement("a");
    open.className = "tool main";
    open.href = `/kept/${this.record.attempt}`;
    open.textContent = texts["list-open"];
    const remove = this.button("remove", texts["keep-remove"], () => this.remove());
    const choices = document.createElement("p");
    choices.className = "choices";
    choices.append(open, ...(this.asks ? [] : [remove]));
    this.line.replaceChildren(title, state, choices, ...(this.asks ? this.question() : []));
  }

  question() {
    const text = document.createElement("p");
    text.textContent = texts["keep-remove-refused"];
    const choices = document.createElement("p");
    choices.className = "choices";
    const leave = this.button("leave", texts["keep-remove-not"], () => this.ask(false));
    choices.append(leave, this.button("lose", texts["keep-remove-lose"], () => this.removeNow()));
    return [text, choices];
  }

  button(name, text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.dataset.keepDo = name;
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  stateText() {
    const { record } = this.keeping;
    if (this.state === "sending") return texts["list-state-sending"];
    if (this.state === "signed-out") return texts["alone-signed-out"];
    if (this.isOwing) return texts["list-state-owing"];
    if (record.status === "renewed") return texts["keep-renewed"];
    if (record.status !== "kept") return say("list-state-loading", record);
    const sent = say("list-state-sent", { time: timeOf(new Date(record.syncedAt)) });
    return `${texts["list-state-kept"]} · ${sent}`;
  }

  ask(isAsked) {
    this.asks = isAsked;
    this.draw();
    this.line.querySelector(isAsked ? '[data-keep-do="leave"]' : '[data-keep-do="remove"]').focus();
  }

  async remove() {
    this.isOwing = await this.keeping.isOwing();
    if (this.isOwing) this.ask(true);
    else await this.removeNow();
  }

  async removeNow() {
    await this.keeping.remove();
    this.line.remove();
    $("said").textContent = texts["keep-removed"];
    showNone();
  }

  // Sends what was done without the server; the page that holds the attempt elsewhere is not asked for it.
  async send() {
    if (!this.isOwing || this.state === "sending" || !this.keeping.right) return;
    this.state = "sending";
    this.draw();
    await this.keeping.settle();
    const outcome = await this.sent();
    this.isOwing = await this.keeping.isOwing();
    this.state = outcome === "signed-out" ? outcome : "";
    if (!this.isOwing) await this.keeping.change({ syncedAt: new Date().toISOString() });
    if (!this.isOwing) await this.keeping.tell("synced");
    this.draw();
  }

  async sent() {
    try {
      const owed = await journal.owed(this.record.attempt);
      const remember = (opening) => this.keeping.leased(opening);
      const { answer } = await takeLease(this.keeping.right, owed, journal, remember);
      return answer.status === 200 ? SAVED : answer.body.error;
    } catch (error) {
      return "offline";
    }
  }
}

function showNone() {
  $("none").hidden = $("copies").childElementCount > 0;
}

// What was removed while nobody could hear of it is told now.
async function tellRemoved(record) {
  const keeping = new Keeping(journal);
  keeping.record = record;
  await keeping.tell("removed", record.token);
}

const records = await journal.read("kept");
records.filter((record) => record.status === "removed").forEach(tellRemoved);
const copies = records.filter((record) => record.status !== "removed").map((record) => new Copy(record));
$("copies").append(...copies.map((copy) => copy.line));
for (const copy of copies) await copy.load();
showNone();
const sendAll = () => copies.forEach((copy) => copy.keeping.whileIdle(() => copy.send()));
if (navigator.onLine) sendAll();
window.addEventListener("online", sendAll);
document.body.dataset.ready = "";
