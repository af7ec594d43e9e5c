/* Sends what changed to the server, one numbered post at a time, again and again until it is acknowledged.
 *
 * A post carries every change since the last acknowledged one, so that a lost or overtaken post does no harm. A post
 * with a request is sent again word for word: the server gives the same answer and never skips an item.
 */

import { LONGEST_BODY, MOST_CHANGES, bytesOf, withoutOverwritten } from "./journal.js";

const SOON_MS = 2000;
const LATEST_MS = 15000;
const AT_ONCE_MS = 30;
const LONGEST_WAIT_MS = 60000;
const TIMEOUT_MS = 30000;
const KEEPALIVE_BYTES = 60000;
const AROUND_BYTES = 4000; // what a post has besides its changes, at most
const AT_ONCE = /(^|\.)(lesson_status|completion_status|success_status|status|score\.raw|score\.scaled)$/;

export const TOO_LARGE = 413;
export const MODEST_BYTES = 16000; // a server that finds this too large is out of order

export const SAVED = "saved";
export const SAVING = "saving";
export const OFFLINE = "offline";
export const SIGNED_OUT = "signed-out";
export const FAILED = "failed";

// Posts JSON and returns {status, body}; it fails where nothing answers. The status is 0 for anything but JSON: a page or
// a redirect comes from something in between, whose only word that counts is that a post is too large.
export async function call(path, document, token, options = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: typeof document === "string" ? document : JSON.stringify(document),
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      signal: patience.signal,
      ...options,
    });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const body = isJson ? await answer.json() : null;
    const retryAfter = Number(answer.headers.get("Retry-After"));
    if (body && typeof body === "object") return { status: answer.status, body, retryAfter };
    return { status: answer.status === TOO_LARGE ? TOO_LARGE : 0, body: {}, retryAfter };
  } finally {
    clearTimeout(timer);
  }
}

export class Sender {
  // `listener` has onState(state), onAnswer(body), onAcknowledged(end), onSetAside(), and for what ends the sender
  // onReplaced(), onClosed(), onSignedOut().
  constructor(lease, token, journal, listener) {
    this.lease = lease;
    this.token = token;
    this.journal = journal;
    this.listener = listener;
    this.changes = []; // not acknowledged
    this.acked = 0;
    this.next = 0;
    this.seq = 0;
    this.most = MOST_CHANGES; // in one post; less for a while where a post was too large
    this.request = null; // {activity, kind, target, isFinished, post, resolve}
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

  // Asks the server for something in the numbered stream; resolves with its answer, {} if it will never be given one.
  ask(activity, kind, target, isFinished) {
    return new Promise((resolve) => {
      this.request = { activity, kind, target, isFinished, post: null, resolve };
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

  // Returns the next post: {text, seq, end, count}, where `end` comes after the last of its `count` changes.
  compose(longest = LONGEST_BODY) {
    if (this.request?.post) return this.request.post;
    const activity = this.changes.length ? this.changes[0].activity : this.request.activity;
    const end = this.changes.findIndex((change) => change.activity !== activity);
    const run = withoutOverwritten(end < 0 ? this.changes : this.changes.slice(0, end), longest, this.most);
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
    const isAsking = this.request && isAll && this.request.activity === activity;
    if (isAsking) {
      const { kind, target, isFinished } = this.request;
      document.request = { kind, target, finished: isFinished };
    }
    const last = run.changes[run.changes.length - 1];
    const text = JSON.stringify(document);
    const post = { text, seq: this.seq, end: last ? last.number + 1 : this.acked, count: run.changes.length };
    if (isAsking) this.request.post = post;
    return post;
  }

  async send() {
    if (this.timer) clearTimeout(this.timer.id);
    this.timer = null;
    if (this.isStopped || this.isSending || !this.isOwing) return;
    this.isSending = true;
    if (this.state === SAVED) this.show(SAVING);
    await this.post(this.compose(), {});
    this.isSending = false;
    const isLong = this.changes.length > 500 || this.most < MOST_CHANGES;
    if (this.tries > 0) this.plan(this.wait, false);
    else if (this.isOwing) this.plan(this.request || isLong ? 0 : SOON_MS, false);
  }

  // The page may be going: one last post that outlives it. What is on its way already is said once more.
  flush() {
    if (this.isStopped || !this.isOwing || this.state === SIGNED_OUT) return;
    const post = this.compose(KEEPALIVE_BYTES - AROUND_BYTES);
    this.post(post, { keepalive: bytesOf(post.text) < KEEPALIVE_BYTES });
  }

  async post(post, options) {
    let answer;
    try {
      answer = await call("/commit", post.text, this.token, options);
    } catch (error) {
      if (!this.isStopped) this.failed(OFFLINE);
      return;
    }
    this.take(answer, post);
  }

  // Takes an answer in; `post` is what was posted, none for a sign of life.
  take({ status, body, retryAfter }, post = null) {
    if (this.isStopped) return;
    if (Number.isSafeInteger(body.acknowledged)) this.acknowledge(body.acknowledged);
    if (body.error === "replaced") this.end(() => this.listener.onReplaced());
    else if (body.error === "closed") this.end(() => this.listener.onClosed());
    else if (status === 401) this.end(() => this.listener.onSignedOut(), SIGNED_OUT);
    else if (post) this.answered(status, body, post, retryAfter);
  }

  answered(status, body, post, retryAfter) {
    if (status === 200 && body.seq === post.seq) return this.saved(body, post);
    if (status === TOO_LARGE && post.count > 0 && bytesOf(post.text) > MODEST_BYTES) return this.lighten(post);
    if (status === 422 && body.set_aside === true) return this.refused(post);
    if (body.error === "conflict" && this.request) this.request.post = null;
    this.failed(FAILED, retryAfter);
  }

  saved(body, post) {
    this.tries = 0;
    this.most = Math.min(MOST_CHANGES, this.most * 2);
    this.listener.onAnswer(body);
    this.settle(post, body);
    this.dirtySince = this.isOwing ? Date.now() : 0;
    this.show(this.isOwing ? SAVING : SAVED);
  }

  settle(post, answer) {
    const asked = this.request;
    if (asked?.post?.seq !== post.seq) return;
    this.request = null;
    asked.resolve(answer);
  }

  // A post that is too large is halved; a single change that is too large is what nobody will ever take.
  lighten(post) {
    if (this.request?.post === post) this.request.post = null;
    this.tries = 0;
    if (post.count > 1) this.most = Math.max(1, Math.floor(post.count / 2));
    else this.setAside(post, "too-large");
    this.plan(0, false);
  }

  // What the server will never take must not keep back what comes after it.
  refused(post) {
    this.tries = 0;
    this.setAside(post, "invalid");
    this.settle(post, {});
    this.plan(0, false);
  }

  setAside(post, reason) {
    const aside = this.changes.filter((change) => change.number < post.end);
    this.changes = this.changes.filter((change) => change.number >= post.end);
    this.journal.setAside(this.lease, aside, reason);
    this.show(FAILED);
    this.listener.onAcknowledged(post.end);
    this.listener.onSetAside();
  }

  acknowledge(end) {
    if (end <= this.acked) return;
    this.acked = end;
    this.changes = this.changes.filter((change) => change.number >= end);
    this.journal.acknowledge(this.lease, end);
    this.listener.onAcknowledged(end);
  }

  // Nothing is lost: the same is sent again, later and later. `state` says whether anything has answered.
  failed(state, retryAfter) {
    this.tries += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(this.tries - 1, 6));
    this.wait = Math.max(wait * (0.5 + Math.random()), (retryAfter || 0) * 1000);
    this.show(state);
    this.plan(this.wait, false);
  }

  end(say, state = this.changes.length ? FAILED : SAVED) {
    this.stop();
    this.show(state);
    say();
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
