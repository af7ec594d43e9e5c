/* One lease of an attempt, from its launch to its end: what is shown, what is asked of the server, what it answers.
 *
 * What it needs of the page around it is given to it: {page, journal, reopen(owed)}.
 */

import { asPosts } from "./journal.js";
import { FAILED, OFFLINE, SAVED, SAVING, Sender, call } from "./sender.js";
import { PackageFrame, readTable } from "./frame.js";
import { attemptText, canGoOn, closedText, identifierOf, openedText, whyNothing } from "./states.js";
import { say, texts } from "./words.js";

const SLOW_MS = 4000;
const START_MS = 15000;
const ENDING = ["exit", "abandon"]; // what ends a part, after which nothing may be left to do
const COVERING = ["missing", "unreachable", "flood"]; // nothing of the content is seen any more
const INCIDENTAL = /\.(exit|session_time|nav\.request)$/; // said by a page that only closes
const PASSING = ["resumed", "locked", "trouble", "late"]; // banners that are over as soon as the learner goes on

export class Play {
  // `reopen(owed)` takes a new lease of the same attempt, and has the posts `owed` taken in first.
  // `keeping` is what this device has of the course, null where it cannot keep any; `isAlone`: there is no server now.
  constructor(opening, { page, journal, reopen, keeping = null, isAlone = false }) {
    this.opening = opening;
    this.page = page;
    this.journal = journal;
    this.reopen = reopen;
    this.keeping = opening.trace || (opening.mode ?? "normal") !== "normal" ? null : keeping;
    this.isAlone = isAlone;
    this.hasLeft = false; // without the server, which is to hear of it
    this.isElsewhere = false; // the server says that another page holds the attempt
    this.current = opening.deliver?.activity ?? ""; // the item in whose name is asked, none while nothing is open
    this.shown = this.current; // the item that is seen
    this.contents = opening.contents;
    this.result = opening.result;
    this.isMoving = false;
    this.begun = new Promise((resolve) => (this.nowBegun = resolve));
    this.isOut = false; // there is no line
    this.isRecovering = false;
    this.hasFinished = false;
    this.wish = new Wish();
    this.unsaved = []; // changes that the server has not acknowledged
    this.late = []; // changes that it has, after another device had written
    const listener = {
      onState: (state) => this.showState(state),
      onAnswer: (answer) => this.take(answer),
      onAcknowledged: (end, isLate) => this.acknowledged(end, isLate),
      onSetAside: () => this.page.warn(texts["set-aside"]),
      onReplaced: () => this.replaced(),
      onClosed: (reason) => this.closed(reason),
      onSignedOut: () => this.signedOut(),
      onNumbered: (next) => this.frame?.tell({ kind: "next", next }),
      onElsewhere: () => this.foundElsewhere(),
      onCaughtUp: (isDifferent) => this.caughtUp(isDifferent),
    };
    const isKeeping = this.keeping !== null;
    this.sender = isKeeping ? keeping.senderFor(opening, listener) : new Sender(opening.lease, opening.token, journal, listener);
  }

  async start(isRecovering) {
    this.page.setCourse(this.opening, attemptText(this.opening));
    this.page.setContents(this.contents, this.shown, this.result);
    if (this.opening.moved) this.page.warn(texts.moved);
    const table = await readTable(this.opening.table, START_MS);
    if (this.opening.trace) this.trace = await (await import("./trace.js")).openTrace(this.opening);
    if (this.sender.isStopped) return; // another page has taken over in the meantime
    this.frame = new PackageFrame(document.getElementById("stage"), this.opening, table, {
      onChange: (change) => this.changed(change),
      onCommit: () => this.sender.plan(1000, true),
      onFinish: (activity) => this.finished(activity),
      onCalls: (calls) => this.trace?.take(calls),
      onTrouble: (trouble) => this.troubled(trouble),
      onStored: (report) => this.keeping?.stored(report),
    });
    const kept = await this.frame.open(START_MS);
    if (this.isAlone) await this.openAlone(kept);
    else if (!isRecovering && (await this.recover(kept))) return;
    this.frame.start(this.sender.next, this.journal.isDurable);
    this.frame.tell({ kind: "forget", leases: await this.journal.sentOf(this.opening.attempt, kept) });
    this.page.savedAt = new Date(this.opening.saved_at || Date.now()); // this device's clock may be wrong
    this.showState(this.sender.state);
    this.sayHowItOpened();
    this.nowBegun(this.follow(this.opening));
    this.keeping?.begun(this.opening, this.frame, this.isAlone);
  }

  // Begins without the server, with what pages that are gone have left on the package's host.
  async openAlone(kept) {
    const answer = await this.keeping.openAlone(kept, this.sender);
    this.opening = { ...this.opening, ...answer };
    this.current = this.shown = answer.deliver?.activity ?? "";
    this.contents = answer.contents;
    this.result = answer.result;
    this.page.setContents(this.contents, this.shown, this.result);
  }

  // The server has everything that was done without it. Where it has come to another place its word counts.
  caughtUp(isDifferent) {
    this.isAlone = false;
    if (this.hasLeft) location.assign(this.opening.leave);
    else if (isDifferent) this.reopen([]);
    else this.keeping.caughtUp();
  }

  foundElsewhere() {
    this.isElsewhere = true;
    this.reopen([]);
  }

  changed(change) {
    this.wish.note(change);
    this.unsaved.push(change);
    this.sender.push(change);
  }

  acknowledged(end, isLate) {
    if (isLate) this.late.push(...this.unsaved.filter((change) => change.number < end));
    this.unsaved = this.unsaved.filter((change) => change.number >= end);
    this.frame?.tell({ kind: "acknowledged", end });
  }

  sayHowItOpened() {
    const { mode } = this.opening;
    const text = openedText(this.opening);
    if (text) this.page.banner("resumed", { text });
    if (mode === "review" || mode === "browse") this.page.banner("mode", { text: texts[mode], isFixed: true });
    if (!this.journal.isDurable) this.page.banner("unkept", { text: texts.unkept, isLoud: true });
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
  follow(answer, kind = "") {
    if (answer.refused) this.page.warn(texts.refused);
    if (answer.left) this.goOut();
    else if (answer.deliver) this.deliver(answer.deliver);
    else if (answer.nothing) this.showNothing(answer.nothing.code, "", kind);
    else return false;
    return true;
  }

  // Nothing holds a learner back; a trial has its trace sent first.
  async goOut() {
    await this.trace?.leave();
    this.isGone = !this.sender.isAlone;
    if (this.isGone) return location.assign(this.opening.leave);
    this.hasLeft = true;
    this.shown = "";
    const choice = { text: texts["alone-again"], act: () => this.reopen([]) };
    const link = { text: texts["alone-list"], address: "/kept" };
    return this.page.notice({ title: texts["alone-left-title"], text: texts["alone-left"], choice, link });
  }

  deliver(item) {
    if (this.frame.isDead) return void this.reopen([]);
    this.page.unbanner("locked");
    this.page.unbanner("trouble");
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
  showNothing(code, current, kind = "") {
    if (!code && ENDING.includes(kind) && !canGoOn(this.contents)) return void this.move("suspendAll", null);
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
      this.follow(answer, this.wish.request);
    }
  }

  async move(kind, target) {
    if (this.isMoving || this.sender.isStopped || (kind === "choice" && target === this.shown)) return;
    this.isMoving = true;
    this.hasFinished = kind === "terminate";
    this.page.setBusy(true);
    this.page.unwarn(texts.refused);
    PASSING.forEach((name) => this.page.unbanner(name));
    await this.begun; // who is quicker than the content has not clicked in vain
    await this.frame.leave();
    this.page.notice({ text: texts.leaving });
    const slow = setTimeout(() => this.offerToLeave(), SLOW_MS);
    await this.settled();
    const answer = await this.sender.ask(this.current, kind, target, this.hasFinished);
    clearTimeout(slow);
    this.isMoving = false;
    this.page.setBusy(false);
    const asked = kind === "terminate" ? this.wish.request : kind;
    if (!this.follow(answer, asked)) await this.recoverFrom(kind, answer);
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
    while (this.sender.request && !this.sender.isStopped) await pause();
  }

  offerToLeave() {
    if (!this.isMoving || this.sender.isStopped) return;
    this.page.notice({ text: texts.leaving, link: this.wayOut(texts["leave-anyway"]) });
  }

  take(answer) {
    if (answer.saved_at) this.page.savedAt = new Date(answer.saved_at);
    if (answer.valid && !answer.deliver) this.frame?.refresh(this.shown, answer.valid);
    this.page.contents.drawTime(answer.measured_cs);
    if (answer.result) this.result = answer.result;
    if (answer.contents) {
      this.contents = answer.contents;
      if (!this.isMoving) this.page.setContents(this.contents, this.shown, this.result);
    }
  }

  // Whether something is owed that is kept nowhere but in this page.
  get isOnlyHere() {
    return this.sender.isOwing && !this.sender.isStopped && !this.journal.isDurable;
  }

  showState(state) {
    this.showLine(state);
    const isOwed = state === SAVING || state === OFFLINE || state === FAILED;
    if (isOwed && !this.journal.isDurable) this.page.setBadge(FAILED);
    else this.page.setBadge(state, state === FAILED ? "unsaved" : state);
  }

  // Says once that there is no line: who puts it away does not hear of each try.
  showLine(state) {
    if (state === SAVED) this.page.unbanner("offline");
    else if (state === OFFLINE && !this.isOut) {
      this.page.banner("offline", { text: texts[this.keeping?.offlineText ?? "offline-banner"] });
    }
    if (state === SAVED || state === OFFLINE) this.isOut = state === OFFLINE;
  }

  replaced() {
    this.freeze();
    const { late } = this;
    const choice = { text: texts["take-over"], act: () => this.reopen([]) };
    const other = late.length ? { text: texts["late-instead"], act: () => this.reopen([], late) } : null;
    const text = texts[late.length ? "replaced-late" : "replaced"];
    this.page.notice({ title: texts["replaced-title"], text, choice, other });
  }

  signedOut() {
    this.freeze();
    const { again } = this.opening;
    const link = again ? { text: texts["sign-in"], address: again } : this.wayOut(texts.back);
    this.page.notice({ title: texts["signed-out-title"], text: texts["signed-out-text"], link });
  }

  // What this device held came after another one had written: the learner hears of it, and may prefer it.
  sayLate(changes) {
    if (changes.every((change) => INCIDENTAL.test(change.element))) return;
    const kept = this.restorable(changes);
    const choices = kept.length ? [{ text: texts["late-instead"], act: () => this.restore(kept) }] : [];
    this.page.banner("late", { text: texts.late, choices });
  }

  // Only of what is open now can the values be set in 2004: elsewhere sequencing decides where the learner goes.
  restorable(changes) {
    if (this.opening.edition === "1.2") return changes;
    return changes.filter((change) => change.activity === this.current);
  }

  // Goes on with what this device has: says it once more, as the word of the lease that holds the attempt now.
  async restore(changes) {
    if (this.isMoving || this.sender.isStopped || !changes.length) return;
    this.isMoving = true;
    this.page.setBusy(true);
    await this.frame.leave();
    this.page.notice({ text: texts.leaving });
    const slow = setTimeout(() => this.offerToLeave(), SLOW_MS);
    const { activity } = changes[changes.length - 1];
    const exit = this.opening.edition === "1.2" ? "cmi.core.exit" : "cmi.exit";
    const stay = { activity, element: exit, value: "suspend" };
    for (const change of [...changes, stay]) this.changed({ ...change, number: this.sender.next });
    this.sender.sendNow();
    while (this.sender.isOwing && !this.sender.isStopped) await pause();
    clearTimeout(slow);
    if (!this.sender.isStopped) await this.reopen([]);
  }

  // The content itself does not work: {what, activity, detail}, as the page around it has seen it.
  troubled({ what, activity }) {
    if (this.isMoving || activity !== this.shown) return;
    const note = identifierOf(this.opening.lease);
    const again = { text: texts.retry, act: () => this.reopen([]) };
    const canContinue = this.contents.controls.continue === "enabled";
    const onward = canContinue ? { text: texts["next-part"], act: () => this.move("continue", null) } : null;
    if (what === "none") return this.page.unbanner("trouble");
    if (COVERING.includes(what)) {
      const [title, text] = [texts[`${what}-title`], texts[`${what}-text`]];
      return this.page.notice({ title, text, note, choice: again, other: onward });
    }
    const choices = [again, onward].filter((choice) => choice && what === "script");
    return this.page.banner("trouble", { text: `${texts[`${what}-text`]} ${note}`, choices, isLoud: true });
  }

  closed(reason) {
    this.freeze();
    this.page.notice({ ...closedText(reason), link: this.wayOut(texts.back) });
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
      this.page.contents.drawTime(answer.body.measured_cs);
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

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

// Only a PDF is opened outside the sandbox: its path ends so, and the server sends such a name as nothing else.
function isPdf(address) {
  return /\.pdf$/i.test(address.pathname);
}
