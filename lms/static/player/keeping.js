/* A course on this device: what is kept of it, how far it has been played here, and the download.
 *
 * kept   {attempt, status, scope, reason, files, size, names, done, doneSize, course, opening, keptAt, syncedAt}
 *        status: loading, paused, full, forbidden, kept, renewed (the course is of another version now), removed (the
 *        server has not been told yet)
 * steps  {attempt, lease, token, next, state}   what the course has come to before number `next` of the lease's stream
 *
 * The state is what `local.js` makes of the course; what the journal has from `next` on comes on top of it.
 */

import { emptyHost } from "./hosts.js";
import { KeptSender } from "./line.js";
import { Mirror } from "./mirror.js";
import { deviceName } from "./opening.js";
import { call } from "./sender.js";
import { forgetPage, keepPage, withdraw } from "./shelf.js";

const REFRESH_MS = 300;
const AGAIN_MS = 15000; // to the next try at a download that did not begin
const WRITE_MS = 1000; // how often the progress of a download is written down
const REFUSALS = { QuotaExceededError: "full", SecurityError: "forbidden" };
const LEFT_OUT = ["deliver", "nothing", "recovered", "journal", "previous", "moved", "token", "lease"];

export class Keeping {
  constructor(journal) {
    this.journal = journal;
    this.record = null;
    this.step = null;
    this.mirror = new Mirror();
    this.sender = null;
    this.frame = null;
    this.opening = null;
    this.isStale = false; // the state of the course could not be fetched
    this.renewing = null; // the player of a new version, while it is stored
    this.writtenAt = 0;
    this.onChange = () => {};
    this.onLost = () => {}; // work of the page that plays was thrown away
  }

  // Whether a browser can keep anything.
  static get isPossible() {
    return "serviceWorker" in navigator && "caches" in window;
  }

  get status() {
    return this.isGone ? "none" : (this.record?.status ?? "none");
  }

  // Whether there is nothing here but the word that it was removed, which the server has not heard yet.
  get isGone() {
    return this.record?.status === "removed";
  }

  get isActive() {
    return this.mirror.isActive;
  }

  // Whether what is done now goes to this device alone.
  get isAlone() {
    return this.sender?.isAlone === true;
  }

  isOf(attempt) {
    return Boolean(attempt) && this.attempt === attempt;
  }

  // By which a page that has no other right takes a lease.
  get right() {
    if (!this.step) return null;
    const { attempt, lease, token } = this.step;
    return { attempt, lease, token, again: this.record?.opening?.again };
  }

  get aloneOpening() {
    const { lease, token } = this.step;
    return { ...this.record.opening, lease, token };
  }

  // What is said where there is no line.
  get offlineText() {
    if (!this.isActive) return "offline-banner";
    return this.record.scope === "course" ? "alone-course" : "alone-only";
  }

  get canPlayAlone() {
    return this.status === "kept" && this.step !== null;
  }

  async load(attempt) {
    if (!attempt) return;
    this.attempt = attempt;
    this.record = await this.journal.find("kept", attempt);
    this.step = await this.journal.find("steps", attempt);
    this.onChange();
  }

  // ------------------------------------------------------------------ the course beside the server, and without it

  // Brings what is kept up to what the journal has; done before the server takes the journal over.
  async settle() {
    if (!this.canPlayAlone) return;
    await this.restore(await this.journal.changesOf(this.step.lease));
    await this.save(Math.max(this.step.next, await this.nextNumber([])));
  }

  restore(entries) {
    const after = entries.filter((entry) => entry.number >= this.step.next);
    return this.mirror.begin(this.record.course, this.step.state, after);
  }

  // Opens the course without the server; `left` is what pages that are gone have left with the package.
  async openAlone(left, sender) {
    this.sender = sender;
    const { lease } = this.step;
    const known = new Map((await this.journal.changesOf(lease)).map((entry) => [entry.number, entry]));
    const acked = (await this.journal.leasesOf(this.record.attempt)).find((entry) => entry.lease === lease)?.acked ?? 0;
    for (const entry of left.filter((found) => found.lease === lease && found.number >= acked)) {
      if (known.has(entry.number)) continue;
      known.set(entry.number, entry);
      this.journal.add(entry);
    }
    const entries = [...known.values()].sort((one, other) => one.number - other.number);
    await this.restore(entries);
    const answer = this.mirror.open();
    let next = await this.nextNumber(entries);
    if (answer.asked) {
      const { activity, kind, target, finished } = answer.asked;
      const entry = { number: next, activity, request: { kind, target, finished } };
      this.journal.add({ ...entry, lease });
      entries.push(entry);
      next += 1;
    }
    await this.save(next);
    sender.startAlone(next, entries);
    return answer;
  }

  async nextNumber(entries) {
    const { lease, next } = this.step;
    const entry = (await this.journal.leasesOf(this.record.attempt)).find((found) => found.lease === lease);
    const written = await this.journal.changesOf(lease);
    return Math.max(next, entry?.acked ?? 0, ...[...written, ...entries].map((found) => found.number + 1));
  }

  take(change) {
    return this.mirror.take(change);
  }

  ask(request) {
    return this.mirror.ask(request);
  }

  // Keeps how far the course has come; `next` is the number of the next change.
  save(next) {
    const isOther = this.sender && this.sender.lease !== this.step?.lease;
    if (!this.isActive || !this.step || isOther) return Promise.resolve(false);
    this.step = { ...this.step, next, state: this.mirror.state };
    return this.journal.put("steps", this.step);
  }

  // ------------------------------------------------------------------ with the server

  senderFor(opening, listener) {
    this.mirror.forget();
    this.sender = new KeptSender(opening.lease, opening.token, this.journal, listener, this);
    return this.sender;
  }

  // A page has taken a lease: what is kept is brought up to what the server has, and to this version of the player.
  async begun(opening, frame, isAlone) {
    this.opening = opening;
    this.frame = frame;
    this.hold();
    if (this.isGone && !isAlone) this.tell("removed", this.record.token);
    if (isAlone) return this.onChange();
    if (this.status === "none") return this.beginUnkept(opening, frame);
    if (this.record.opening.origin !== opening.origin) await this.outlive(opening);
    frame.tell({ kind: "check" });
    if (this.status === "kept") await this.refresh();
    else if (this.status === "loading") await this.download();
    else this.onChange();
  }

  // Nothing of it is kept: what a package may have registered or stored in our name goes.
  async beginUnkept(opening, frame) {
    this.onChange();
    const found = await this.journal.find("kept", this.attempt); // it may not have been readable before
    if (this.journal.database && !found?.opening) await this.clear(opening, frame);
  }

  // The course is of another version now: what is kept of the old one would only be played in vain.
  async outlive(opening) {
    const old = this.record.opening;
    await this.change({ status: "renewed", course: null, names: null, opening: without(opening) });
    await this.clear(old);
  }

  // Empties the host of a package that no other kept course is of.
  async clear({ origin, wrapper }, frame = null) {
    const others = (await this.journal.read("kept")).filter((one) => one.attempt !== this.attempt);
    if (others.some((one) => one.opening?.origin === origin)) return;
    if (frame) frame.tell({ kind: "unkeep" });
    else await emptyHost({ origin, wrapper, title: "", lease: "" });
  }

  // The server has everything that was done without it.
  async caughtUp() {
    await this.change({ syncedAt: now() });
    await this.refresh();
  }

  // While a page plays the course no other page of this browser sends what it owes.
  hold() {
    if (this.isHeld) return;
    this.isHeld = true;
    navigator.locks?.request(`palier.${this.attempt}`, () => new Promise(() => {}));
  }

  // Does `work` unless a page plays the course; true where it was done.
  whileIdle(work) {
    const run = async (lock) => (lock ? (await work(), true) : false);
    return navigator.locks ? navigator.locks.request(`palier.${this.attempt}`, { ifAvailable: true }, run) : run(true);
  }

  // A lease was taken only to send what was owed: what is kept goes on under it.
  leased({ lease, token }) {
    if (!this.step) return;
    this.step = { ...this.step, lease, token, next: 0 };
    this.journal.put("steps", this.step);
    this.journal.addLease({ lease, attempt: this.attempt, token });
  }

  refreshSoon() {
    if (this.status !== "kept") return;
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => this.refresh(), REFRESH_MS);
  }

  // Fetches the course as the server has it now; without a line what is here stays as it is.
  async refresh() {
    const { sender, opening } = this;
    this.mirror.listen(sender.changes);
    const answer = await call("/keep", {}, opening.token).catch(() => null);
    this.isStale = answer === null;
    const isWanted = answer?.status === 200 && sender === this.sender && !sender.isStopped && !sender.isAlone;
    if (!isWanted) return void (this.mirror.since = null);
    await this.mirror.begin(answer.body.course, null, []);
    if (this.status !== "kept") return void this.mirror.forget();
    if (!this.isActive) return;
    this.step = { attempt: opening.attempt, lease: opening.lease, token: opening.token };
    await this.save(sender.next);
    if (this.status === "kept") await this.renew(answer.body, opening);
  }

  // What is kept is the player of one version: the wrapper first, then the page with its scripts, change together.
  async renew(plan, opening) {
    const { scope, reason, files, size, names, course } = plan;
    const { wrapper, table, base } = this.record.opening;
    const isSame = wrapper === opening.wrapper && table === opening.table && base === opening.base;
    await this.change({ scope, reason, files, size, names, course, syncedAt: now() });
    if (this.status !== "kept") return undefined; // it was removed meanwhile
    this.tell("synced");
    if (isSame) return this.change({ opening: without(opening) });
    this.renewing = { plan, opening };
    this.frame?.tell(this.order(plan, opening));
  }

  async renewed() {
    const { plan, opening } = this.renewing;
    this.renewing = null;
    try {
      await keepPage(opening.attempt, plan.shell);
      await this.change({ opening: without(opening), ours: oursOf(plan, opening) });
    } catch (error) {
      console.error(error); // what was kept before is whole
    }
  }

  order(plan, opening) {
    const { base } = opening;
    return { kind: "keep", files: plan.names, base, ours: oursOf(plan, opening), others: this.record.ours || [] };
  }

  // ------------------------------------------------------------------ the download

  // Asks what would be kept: {answer} with the server's answer, null where it cannot be reached.
  plan() {
    return call("/keep", {}, this.opening.token).catch(() => null);
  }

  async start(plan) {
    const { scope, reason, files, size, names, course } = plan;
    navigator.storage?.persist?.().catch(() => false);
    this.record = { attempt: this.attempt, status: "loading", scope, reason, files, size, names, course };
    await this.change({ opening: without(this.opening), done: 0, doneSize: 0, keptAt: now(), syncedAt: now() });
    this.renewing = null;
    await this.download(plan);
  }

  async download(plan = null) {
    await this.change({ status: "loading", isBroken: false });
    const found = plan || (await this.plan())?.body;
    if (!found?.names) return this.downloadLater();
    try {
      await keepPage(this.opening.attempt, found.shell);
    } catch (error) {
      return error?.name in REFUSALS ? this.change({ status: REFUSALS[error.name] }) : this.downloadLater();
    }
    await this.change({ ours: oursOf(found, this.opening), opening: without(this.opening) });
    this.frame.tell(this.order(found, this.opening));
  }

  downloadLater() {
    setTimeout(() => this.status === "loading" && this.download(), AGAIN_MS);
    return this.change({ isBroken: true });
  }

  pause() {
    this.frame.tell({ kind: "pause" });
    return this.change({ status: "paused" });
  }

  // Hears from the package's host how far the download has come.
  async stored({ done, size, trouble, isDone }) {
    if (trouble === "lost") return void (this.status === "kept" && (await this.download()));
    if (this.renewing && isDone) return void (await this.renewed());
    if (!["loading", "full", "forbidden"].includes(this.status)) return;
    const status = ["full", "forbidden"].includes(trouble) ? trouble : "loading";
    const facts = { done, doneSize: size, status, isBroken: trouble === "broken" };
    if (status === this.status && !isDone && Date.now() - this.writtenAt < WRITE_MS) this.note(facts);
    else await this.change(facts);
    if (!isDone) return;
    await this.change({ status: "kept", keptAt: now() });
    this.tell("kept");
    await this.refresh();
  }

  // ------------------------------------------------------------------ what is said of it, and its end

  async isOwing() {
    return this.record !== null && (await this.journal.owed(this.record.attempt)).length > 0;
  }

  async change(facts) {
    if (!this.record) return;
    this.note(facts);
    this.writtenAt = Date.now();
    await this.journal.put("kept", this.record);
  }

  note(facts) {
    this.record = { ...this.record, ...facts };
    this.onChange();
  }

  // Tells the server of this device's copy, now or the next time; one after the other, for the second might come first.
  async tell(event, token = this.opening?.token ?? this.step?.token) {
    const { scope, files, size } = this.record;
    const send = () => call("/kept", { event, device: deviceName(), scope, files, size }, token).catch(() => null);
    this.telling = Promise.resolve(this.telling).then(send);
    const answer = await this.telling;
    if (answer?.status === 200 && event === "removed") await this.journal.drop("kept", this.record.attempt);
    return answer;
  }

  // Removes the copy; `frame` reaches the host of the package, where it plays. What was not sent is lost.
  async remove(frame = null) {
    const { attempt, opening, scope, files, size } = this.record;
    const token = this.opening?.token ?? this.step?.token;
    const isLosing = await this.isOwing();
    if (isLosing) {
      this.sender?.stop();
      await this.journal.forget(attempt);
    }
    this.mirror.forget();
    this.step = null;
    this.record = { attempt, status: "removed", scope, files, size, token };
    await this.journal.put("kept", this.record);
    await this.journal.drop("steps", attempt);
    await this.clear(opening, frame);
    const others = (await this.journal.read("kept")).filter((one) => one.attempt !== attempt && one.opening);
    await forgetPage(attempt);
    if (!others.length) await withdraw();
    this.onChange();
    if (isLosing) this.onLost();
    await this.tell("removed", token);
  }
}

function oursOf({ wrapper }, opening) {
  return [opening.wrapper, "/blank", ...wrapper];
}

function without(opening) {
  return Object.fromEntries(Object.entries(opening).filter(([name]) => !LEFT_OUT.includes(name)));
}

function now() {
  return new Date().toISOString();
}
