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
const LONGEST_RETRY_MS = 300000; // whatever a server asks for: who waits longer may be gone before it is saved
const TIMEOUT_MS = 30000;
const SLOWEST = 2; // bytes in a millisecond: what is long takes its time, also on a line of 2G
const KEEPALIVE_BYTES = 60000;
const AROUND_BYTES = 4000; // what a post has besides its changes, at most
const AT_ONCE = /(^|\.)(lesson_status|completion_status|success_status|status|score\.raw|score\.scaled)$/;

const REPLACED = "replaced";
const CLOSED = "closed";
const NOBODY = ["signed-out", "unknown"]; // what our server says to a token that is good no more

export const TOO_LARGE = 413;
export const MODEST_BYTES = 16000; // a server that finds this too large is out of order

export const SAVED = "saved";
export const SAVING = "saving";
export const OFFLINE = "offline";
export const SIGNED_OUT = "signed-out";
export const FAILED = "failed";

// Posts JSON and returns {status, body, retryAfterMs}; it fails where nothing answers. The status is 0 for anything but
// JSON: a page or a redirect comes from something in between, whose only words that count are that a post is too large,
// and when to come again.
export async function call(path, document, token, options = {}) {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), TIMEOUT_MS + text.length / SLOWEST);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: text,
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      signal: patience.signal,
      ...options,
    });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const body = isJson ? sentDocument(await answer.text()) : null;
    const retryAfterMs = waitOf(answer.headers);
    if (body) return { status: answer.status, body, retryAfterMs };
    return { status: answer.status === TOO_LARGE ? TOO_LARGE : 0, body: {}, retryAfterMs };
  } finally {
    clearTimeout(timer);
  }
}

// Returns the object in a text; null where there is none, or only a part of it.
function sentDocument(text) {
  try {
    const body = JSON.parse(text);
    return body && typeof body === "object" ? body : null;
  } catch (error) {
    return null;
  }
}

// Returns how long a server asks to wait. A moment is told by the server's clock, and this device's may be wrong.
function waitOf(headers) {
  const told = headers.get("Retry-After");
  if (!told) return 0;
  const wait = /^\s*\d+\s*$/.test(told) ? told * 1000 : Date.parse(told) - Date.parse(headers.get("Date") || Date());
  return Math.min(Math.max(wait || 0, 0), LONGEST_RETRY_MS);
}

export class Sender {
  // `listener` has onState(state), onAnswer(body), onAcknowledged(end, isLate), onSetAside(), and for what ends the sender
  // onReplaced(), onClosed(reason), onSignedOut().
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
    this.trouble = null; // {times, since, why} of what failed since a post was acknowledged that told of it
    this.calmUntil = 0; // when the server wants to hear of us again
    this.isStopped = false;
    this.state = SAVED;
  }

  push(change) {
    if (change.number < this.next) return;
    this.next = change.number + 1;
    this.journal.add({ ...change, lease: this.lease });
    if (this.isStopped) return; // the next page sends it
    this.changes.push(change);
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

  // The line may be back. A server that asked to be left alone for a while is left alone.
  sendNow() {
    if (!this.isOwing) return;
    this.tries = 0;
    this.plan(Math.min(Math.max(this.calmUntil - Date.now(), 0), LONGEST_RETRY_MS), false);
  }

  // Returns the next post: {text, seq, end, count}, where `end` comes after the last of its `count` changes.
  compose(longest = LONGEST_BODY) {
    if (this.request?.post) return this.request.post;
    const activity = this.changes.length ? this.changes[0].activity : this.request.activity;
    const other = this.changes.findIndex((change) => change.activity !== activity);
    const run = withoutOverwritten(other < 0 ? this.changes : this.changes.slice(0, other), longest, this.most);
    const isAll = other < 0 && run.isWhole;
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
    if (this.trouble) document.failed = this.trouble;
    const last = run.changes[run.changes.length - 1];
    const end = last ? last.number + 1 : this.acked;
    const text = JSON.stringify(document);
    const post = { text, seq: this.seq, end, count: run.changes.length, trouble: this.trouble };
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
  take({ status, body, retryAfterMs }, post = null) {
    if (this.isStopped) return;
    const before = this.acked;
    if (Number.isSafeInteger(body.acknowledged)) this.acknowledge(Math.min(body.acknowledged, this.next), body.late === true);
    if (status === 401 && NOBODY.includes(body.error)) this.end(() => this.listener.onSignedOut(), SIGNED_OUT);
    else if ([REPLACED, CLOSED].includes(body.error)) this.late(body, !post || this.acked > before);
    else if (post) this.answered(status, body, post, retryAfterMs);
  }

  // Another page holds the attempt, or the door is closed. What is owed still is kept on the server as late, where that
  // is heard (`isHeard`): it may raise the result.
  late({ error, reason }, isHeard) {
    this.request = null;
    if (isHeard && this.changes.length) this.plan(0, false);
    else this.end(() => (error === CLOSED ? this.listener.onClosed(reason) : this.listener.onReplaced()));
  }

  answered(status, body, post, retryAfterMs) {
    if (status === 200 && body.seq === post.seq) return this.saved(body, post);
    if (status === TOO_LARGE && post.count > 0 && bytesOf(post.text) > MODEST_BYTES) return this.lighten(post);
    if (status === 422 && body.set_aside === true) return this.refused(post);
    if (body.error === "conflict" && this.request) this.request.post = null;
    this.failed(FAILED, retryAfterMs);
  }

  saved(body, post) {
    this.tries = 0;
    if (this.trouble === post.trouble) this.trouble = null;
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

  // `isLate`: another device has written since; what was sent counts for the result alone.
  acknowledge(end, isLate = false) {
    if (end <= this.acked) return;
    this.acked = end;
    this.changes = this.changes.filter((change) => change.number >= end);
    this.journal.acknowledge(this.lease, end);
    this.listener.onAcknowledged(end, isLate);
  }

  // Nothing is lost: the same is sent again, later and later. `state` says whether anything has answered.
  failed(state, retryAfterMs = 0) {
    this.tries += 1;
    this.note(state);
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(this.tries - 1, 6));
    this.wait = Math.max(wait * (0.5 + Math.random()), retryAfterMs);
    this.calmUntil = Date.now() + retryAfterMs;
    this.show(state);
    this.plan(this.wait, false);
  }

  // Counts what failed, for the story of the attempt: whoever helps a learner sees why nothing came for an hour.
  note(state) {
    const { times, since } = this.trouble || { times: 0, since: new Date().toISOString() };
    const answer = state === OFFLINE ? "offline" : "answer";
    this.trouble = { times: times + 1, since, why: this.journal.isDurable ? answer : "full" };
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
