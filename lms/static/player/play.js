/* One lease of an attempt, from its launch to its end: what is shown, what is asked of the server, what it answers.
 *
 * What it needs of the page around it is given to it: {page, journal, reopen(owed)}.
 */

import { asPosts } from "./journal.js";
import { FAILED, OFFLINE, SAVED, Sender, call } from "./sender.js";
import { PackageFrame } from "./frame.js";
import { say, texts } from "./page.js";

const SLOW_MS = 4000;
const START_MS = 15000;
const TO_BEGIN = ["SB.2.2-1", "SB.2.5-1"]; // a course that does not begin by itself
const CLOSED = /^(DB\.1\.1-3|SB\.2\.2-2|SB\.2\.4-|SB\.2\.9)/; // something stands in the way of what was asked for

export class Play {
  // `reopen(owed)` takes a new lease of the same attempt, and has the posts `owed` taken in first.
  constructor(opening, { page, journal, reopen }) {
    this.opening = opening;
    this.page = page;
    this.journal = journal;
    this.reopen = reopen;
    this.current = opening.deliver?.activity ?? ""; // the item in whose name is asked, none while nothing is open
    this.shown = this.current; // the item that is seen
    this.contents = opening.contents;
    this.result = opening.result;
    this.isMoving = false;
    this.isRecovering = false;
    this.hasFinished = false;
    this.wish = new Wish();
    this.sender = new Sender(opening.lease, opening.token, journal, {
      onState: (state) => this.showState(state),
      onAnswer: (answer) => this.take(answer),
      onAcknowledged: (end) => this.frame?.tell({ kind: "acknowledged", end }),
      onSetAside: () => this.page.warn(texts["set-aside"]),
      onReplaced: () => this.replaced(),
      onClosed: () => this.closed(),
      onSignedOut: () => this.signedOut(),
    });
  }

  async start(isRecovering) {
    this.page.setTitle(this.opening.title, this.opening.language);
    this.page.setContents(this.contents, this.shown, this.result);
    if (this.opening.moved) this.page.warn(texts.moved);
    const table = await read(this.opening.table);
    if (this.opening.trace) this.trace = await (await import("./trace.js")).openTrace(this.opening);
    this.frame = new PackageFrame(document.getElementById("content"), this.opening, table, {
      onChange: (change) => {
        this.wish.note(change);
        this.sender.push(change);
      },
      onCommit: () => this.sender.plan(1000, true),
      onFinish: (activity) => this.finished(activity),
      onCalls: (calls) => this.trace?.take(calls),
    });
    const kept = await this.frame.open(START_MS);
    if (!isRecovering && (await this.recover(kept))) return;
    this.frame.start(this.sender.next, this.journal.isDurable);
    this.frame.tell({ kind: "forget", leases: kept.map((entry) => entry.lease) });
    this.page.savedAt = new Date();
    this.showState(SAVED);
    this.follow(this.opening);
  }

  // What a page that is gone could only keep on the package's own origin is sent under a lease of its own first.
  async recover(kept) {
    const leases = new Map((await this.journal.leasesOf(this.opening.attempt)).map((entry) => [entry.lease, entry]));
    const owed = kept.filter((entry) => leases.has(entry.lease) && entry.number >= leases.get(entry.lease).acked);
    if (!owed.length) return false;
    const posts = [];
    for (const lease of [...new Set(owed.map((entry) => entry.lease))].sort()) {
      const changes = owed.filter((entry) => entry.lease === lease).sort((one, other) => one.number - other.number);
      posts.push(...asPosts(leases.get(lease), changes));
    }
    this.isRecovering = true;
    await this.reopen(posts);
    return true;
  }

  // Does what the server has decided: shows an item, leaves, or says why nothing is open; false if it decided nothing.
  follow(answer) {
    if (answer.refused) this.page.warn(texts.refused);
    if (answer.left) this.goOut();
    else if (answer.deliver) this.deliver(answer.deliver);
    else if (answer.nothing) this.showNothing(answer.nothing.code, "");
    else return false;
    return true;
  }

  // Nothing holds a learner back; a trial has its trace sent first.
  async goOut() {
    await this.trace?.leave();
    location.assign(this.opening.leave);
  }

  deliver(item) {
    this.current = this.shown = item.activity;
    this.hasFinished = false;
    this.wish = new Wish();
    this.page.setContents(this.contents, this.shown, this.result);
    const title = say("frame", { title: item.title });
    const address = new URL(this.opening.origin + this.opening.base + item.href);
    if (item.is_asset && isPdf(address)) {
      this.page.notice({ title: item.title, link: { text: item.title, address: address.href, target: "_blank" } });
    } else {
      this.page.clear();
    }
    this.trace?.begin(item);
    this.frame.deliver(item, title);
  }

  // The course is open, and no item of it is seen: the learner chooses from the contents, or leaves.
  showNothing(code, current) {
    this.current = current;
    this.shown = "";
    this.page.setContents(this.contents, "", this.result);
    const leave = { text: texts["save-and-leave"], act: () => this.move("suspendAll", null) };
    const choice = this.page.isOffering ? { text: texts.contents, act: () => this.page.chooseFromContents() } : leave;
    this.page.notice({ title: texts["nothing-title"], text: whyNothing(code, this.page.isOffering), choice });
  }

  // The SCO has said that it ended. Where it asks to go on it is taken away; else it stays until the learner goes on.
  async finished(activity) {
    if (this.isMoving) this.hasFinished = true;
    else if (activity === this.shown && this.wish.isGoing) await this.move("terminate", null);
    else {
      await this.settled();
      const answer = await this.sender.ask(activity, "terminate", null, true);
      if (this.isMoving || !(answer.deliver || answer.left || answer.nothing)) return;
      await this.frame.leave();
      this.follow(answer);
    }
  }

  async move(kind, target) {
    if (this.isMoving || this.sender.isStopped || (kind === "choice" && target === this.shown)) return;
    this.isMoving = true;
    this.hasFinished = kind === "terminate";
    this.page.setBusy(true);
    this.page.unwarn(texts.refused);
    await this.frame.leave();
    this.page.notice({ text: texts.leaving });
    const slow = setTimeout(() => this.offerToLeave(), SLOW_MS);
    await this.settled();
    const answer = await this.sender.ask(this.current, kind, target, this.hasFinished);
    clearTimeout(slow);
    this.isMoving = false;
    this.page.setBusy(false);
    if (!this.follow(answer)) await this.recoverFrom(kind, answer);
    this.page.focusAgain();
  }

  // What was asked led nowhere: the server never took it, or saw no reason to go on.
  async recoverFrom(kind, answer) {
    if (answer.seq) this.showNothing("", this.current);
    else if (kind === "suspendAll") this.page.notice({ text: texts["set-aside"], link: this.wayOut(texts.back) });
    else await this.reopen([]);
  }

  wayOut(text) {
    return { text, address: this.opening.leave };
  }

  // A terminate that is still on its way comes first.
  async settled() {
    while (this.sender.request && !this.sender.isStopped) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  offerToLeave() {
    if (!this.isMoving || this.sender.isStopped) return;
    this.page.notice({ text: texts.leaving, link: this.wayOut(texts["leave-anyway"]) });
  }

  take(answer) {
    this.page.savedAt = new Date(answer.saved_at);
    if (answer.valid && !answer.deliver) this.frame?.refresh(this.shown, answer.valid);
    if (answer.result) this.result = answer.result;
    if (answer.contents) {
      this.contents = answer.contents;
      if (!this.isMoving) this.page.setContents(this.contents, this.shown, this.result);
    }
  }

  showState(state) {
    const isOut = state === OFFLINE || state === FAILED;
    if (isOut && !this.journal.isDurable) this.page.setBadge(FAILED);
    else this.page.setBadge(state, state === FAILED ? "unsaved" : state);
  }

  async replaced() {
    this.freeze();
    const choice = { text: texts["take-over"], act: () => this.reopen([]) };
    this.page.notice({ title: texts["replaced-title"], text: texts.replaced, choice });
  }

  signedOut() {
    this.freeze();
    this.page.notice({ title: texts["signed-out-title"], text: texts["signed-out-text"], link: this.wayOut(texts.back) });
  }

  closed() {
    this.freeze();
    this.page.notice({ title: texts["closed-title"], text: texts.closed, link: this.wayOut(texts.back) });
  }

  freeze() {
    this.sender.stop();
    this.page.freeze();
    this.frame?.close();
  }

  close() {
    this.sender.stop();
    this.frame?.close();
  }

  async beat() {
    if (document.visibilityState !== "visible" || this.sender.isStopped) return;
    try {
      const answer = await call("/heartbeat", {}, this.opening.token);
      this.sender.take(answer);
      if (answer.status === 200) this.sender.sendNow();
    } catch (error) {
      // the sender's own back-off goes on
    }
  }
}

// What a SCO has asked for, to come true when it ends (RTE 4.4): its own request, or the end of the course by its exit.
class Wish {
  constructor() {
    this.request = "_none_";
    this.exit = "";
  }

  note({ element, value }) {
    if (element === "adl.nav.request") this.request = value;
    else if (element === "cmi.exit") this.exit = value;
  }

  get isGoing() {
    return this.request !== "_none_" || ["time-out", "logout"].includes(this.exit);
  }
}

// Returns in plain words why nothing is open [SB.2.1, SB.2.9, DB.1.1], and what can be done.
function whyNothing(code, isOffering) {
  const next = texts[isOffering ? "nothing-choose" : "nothing-leave"];
  if (!code || (TO_BEGIN.includes(code) && isOffering)) return next;
  return `${texts[CLOSED.test(code) ? "nothing-locked" : "nothing"]} ${next}`;
}

// Only a PDF is opened outside the sandbox: its path ends so, and the server sends such a name as nothing else.
function isPdf(address) {
  return /\.pdf$/i.test(address.pathname);
}

async function read(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(START_MS) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
