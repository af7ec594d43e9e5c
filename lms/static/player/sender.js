/* Sends what changed to the server, one numbered post at a time, again and again until it is acknowledged.
 *
 * A post carries every change since the last acknowledged one, so that a lost or overtaken post does no harm. A post
 * with a request is sent again word for word: the server gives the same answer and never skips an item.
 */

import { withoutOverwritten } from "./journal.js";

const SOON_MS = 2000;
const LATEST_MS = 15000;
const AT_ONCE_MS = 30;
const LONGEST_WAIT_MS = 60000;
const TIMEOUT_MS = 30000;
const KEEPALIVE_BYTES = 60000;
const AT_ONCE = /(^|\.)(lesson_status|completion_status|success_status|status|score\.raw|score\.scaled)$/;

export const SAVED = "saved";
export const SAVING = "saving";
export const OFFLINE = "offline";
export const SIGNED_OUT = "signed-out";
export const FAILED = "failed";

// Posts JSON and returns {status, body}; anything but JSON from this host counts as no answer.
export async function call(path, document, token, options = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), TIMEOUT_MS);
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: typeof document === "string" ? document : JSON.stringify(document),
    redirect: "error",
    credentials: "omit",
    cache: "no-store",
    signal: patience.signal,
    ...options,
  }).finally(() => clearTimeout(timer));
  if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("not JSON");
  return { status: answer.status, body: await answer.json(), retryAfter: Number(answer.headers.get("Retry-After")) };
}

export class Sender {
  // `listener` has onState(state), onAnswer(body), onAcknowledged(end), onReplaced().
  constructor(lease, token, journal, listener) {
    this.lease = lease;
    this.token = token;
    this.journal = journal;
    this.listener = listener;
    this.changes = []; // not acknowledged
    this.acked = 0;
    this.next = 0;
    this.seq = 0;
    this.request = null; // {activity, kind, target, body, resolve}
    this.timer = null;
    this.dirtySince = 0;
    this.isSending = false;
    this.tries = 0;
    this.isStopped = false;
    this.state = SAVED;
  }

  push(change) {
    if (this.isStopped || change.number < this.next) return;
    this.next = change.number + 1;
    this.changes.push(change);
    this.journal.add({ ...change, lease: this.lease });
    this.dirtySince = this.dirtySince || Date.now();
    if (this.state === SAVED) this.show(SAVING);
    const latest = this.dirtySince + LATEST_MS - Date.now();
    this.plan(AT_ONCE.test(change.element) ? AT_ONCE_MS : Math.min(SOON_MS, Math.max(latest, 0)), true);
  }

  // Asks the server for something in the numbered stream; resolves with its answer.
  ask(activity, kind, target, isFinished) {
    return new Promise((resolve) => {
      this.request = { activity, kind, target, isFinished, body: null, resolve };
      this.tries = 0;
      this.plan(0, true);
    });
  }

  get isOwing() {
    return this.changes.length > 0 || this.request !== null;
  }

  // Plans the next post; a sooner one stands. While the server cannot be reached only the back-off plans.
  plan(delay, isNews) {
    if (this.isStopped || this.isSending || (isNews && this.tries > 0)) return;
    const at = Date.now() + delay;
    if (this.timer && this.timer.at <= at) return;
    if (this.timer) clearTimeout(this.timer.id);
    this.timer = { at, id: setTimeout(() => this.send(), delay) };
  }

  sendNow() {
    this.tries = 0;
    if (this.isOwing) this.plan(0, false);
  }

  body() {
    if (this.request?.body) return this.request.body;
    const activity = this.changes.length ? this.changes[0].activity : this.request.activity;
    const end = this.changes.findIndex((change) => change.activity !== activity);
    const run = withoutOverwritten(end < 0 ? this.changes : this.changes.slice(0, end));
    const isAll = end < 0 && run.isWhole;
    this.seq += 1;
    const document = {
      seq: this.seq,
      base: this.acked,
      activity,
      changes: run.changes.map((change) => [change.element, change.value]),
      numbers: run.changes.map((change) => change.number),
      client_time: new Date().toISOString(),
    };
    if (this.request && isAll && this.request.activity === activity) {
      const { kind, target, isFinished } = this.request;
      document.request = { kind, target, finished: isFinished };
      this.request.body = JSON.stringify(document);
      return this.request.body;
    }
    return JSON.stringify(document);
  }

  async send() {
    if (this.timer) clearTimeout(this.timer.id);
    this.timer = null;
    if (this.isStopped || this.isSending || !this.isOwing) return;
    this.isSending = true;
    if (this.state === SAVED) this.show(SAVING);
    await this.post(this.body(), {});
    this.isSending = false;
    if (this.tries > 0) this.plan(this.wait, false);
    else if (this.isOwing) this.plan(this.request || this.changes.length > 500 ? 0 : SOON_MS, false);
  }

  // The page may be going: one last post that outlives it. What is on its way already is said once more.
  flush() {
    if (this.isStopped || !this.isOwing || this.state === SIGNED_OUT) return;
    const body = this.body();
    this.post(body, { keepalive: new Blob([body]).size < KEEPALIVE_BYTES });
  }

  async post(body, options) {
    try {
      const answer = await call("/commit", body, this.token, options);
      this.take(answer);
    } catch (error) {
      this.failed();
    }
  }

  take({ status, body, retryAfter }) {
    if (this.isStopped) return;
    if ("acknowledged" in body) this.acknowledge(body.acknowledged);
    if (status === 200) return this.saved(body);
    if (body.error === "replaced") {
      this.stop();
      return this.listener.onReplaced();
    }
    if (status === 401) {
      this.show(SIGNED_OUT);
      this.stop();
      return this.listener.onSignedOut();
    }
    if (body.error === "conflict" && this.request) this.request.body = null;
    this.failed(retryAfter);
  }

  saved(body) {
    this.tries = 0;
    this.listener.onAnswer(body);
    const asked = this.request;
    if (asked?.body && JSON.parse(asked.body).seq === body.seq) {
      this.request = null;
      asked.resolve(body);
    }
    this.dirtySince = this.isOwing ? Date.now() : 0;
    this.show(this.isOwing ? SAVING : SAVED);
  }

  acknowledge(end) {
    if (end <= this.acked) return;
    this.acked = end;
    this.changes = this.changes.filter((change) => change.number >= end);
    this.journal.acknowledge(this.lease, end);
    this.listener.onAcknowledged(end);
  }

  failed(retryAfter) {
    this.tries += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(this.tries - 1, 6));
    this.wait = Math.max(wait * (0.5 + Math.random()), (retryAfter || 0) * 1000);
    this.show(OFFLINE);
    this.plan(this.wait, false);
  }

  stop() {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer.id);
  }

  show(state) {
    this.state = state;
    this.listener.onState(state);
  }
}
