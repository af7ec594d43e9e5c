/* The sender of a course that may be kept on this device: where the line is broken the course goes on without the server.
 *
 * A request of a kept course takes a number in the stream of its lease, as a change does: it can be carried out here, and
 * comes to the server in its place, once, by whatever way. What the server has said of it by then counts.
 */

import { LONGEST_BODY, asPosts, withoutOverwritten } from "./journal.js";
import { OFFLINE, SAVING, Sender, call } from "./sender.js";

const ALONE_AFTER_MS = 8000; // a line that carries nothing for so long is taken for broken

export class KeptSender extends Sender {
  // `keeping` is what this device has of the course; `listener` has, besides a sender's own, onNumbered(next), onElsewhere()
  // where another page holds the attempt, and onCaughtUp(isDifferent) when the server has everything again.
  constructor(lease, token, journal, listener, keeping) {
    super(lease, token, journal, listener);
    this.keeping = keeping;
    this.waiting = []; // {number, local, resolve}
    this.isAlone = false;
    this.isHeard = true; // whether the server has been heard of since this page was alone
    this.isDifferent = false;
    this.here = null; // the item that a request led to here
  }

  // Goes on with a lease of an earlier page, from what it owes.
  startAlone(next, owed) {
    this.next = next;
    this.acked = owed[0]?.number ?? next;
    this.changes = owed;
    this.seq = Date.now(); // beyond the posts of earlier pages
    this.goAlone();
    this.tries = 1;
    this.show(OFFLINE);
    this.plan(0, false);
  }

  goAlone() {
    this.isAlone = true;
    this.isHeard = false;
    this.keeping.onChange();
    for (const { local, resolve } of this.waiting.splice(0)) {
      this.here = local.deliver?.activity ?? this.here;
      this.listener.onAnswer(local);
      resolve(local);
    }
  }

  push(change) {
    const isLate = this.keeping.isActive && change.number < this.next; // a request has taken its number
    const numbered = isLate ? { ...change, number: this.next } : change;
    const isNew = numbered.number >= this.next;
    super.push(numbered);
    if (!isNew) return;
    const news = this.keeping.take(numbered);
    if (this.isAlone && news.contents) this.listener.onAnswer(news);
  }

  async ask(activity, kind, target, isFinished) {
    if (!this.keeping.isActive) {
      const answer = await super.ask(activity, kind, target, isFinished);
      this.keeping.refreshSoon();
      return answer;
    }
    const local = this.keeping.ask({ activity, kind, target, isFinished });
    if (this.isAlone && !local.asked) return local;
    this.number({ activity, request: { kind, target, finished: isFinished } });
    if (this.isAlone) {
      this.keeping.save(this.next);
      this.here = local.deliver?.activity ?? this.here;
      this.listener.onAnswer(local);
      return local;
    }
    return this.askBoth(local);
  }

  // Puts a request into the stream.
  number(request) {
    const entry = { ...request, number: this.next };
    this.next += 1;
    this.changes.push(entry);
    this.journal.add({ ...entry, lease: this.lease });
    this.listener.onNumbered(this.next);
    return entry;
  }

  askBoth(local) {
    return new Promise((resolve) => {
      const waiting = { number: this.next - 1, local, resolve };
      this.waiting.push(waiting);
      this.tries = 0;
      this.plan(0, true);
      setTimeout(() => this.waiting.includes(waiting) && this.canGoAlone() && this.goAlone(), ALONE_AFTER_MS);
    });
  }

  // Where only a part is kept the server alone knows what comes after it.
  canGoAlone() {
    return this.keeping.isActive && this.waiting.every(({ local }) => local.asked && !local.refused);
  }

  failed(state, retryAfterMs) {
    super.failed(state, retryAfterMs);
    if (this.waiting.length && this.canGoAlone()) this.goAlone();
  }

  async send() {
    if (!this.isAlone || this.isHeard || this.isStopped || this.isSending || !this.isOwing) return super.send();
    if (this.timer) clearTimeout(this.timer.id);
    this.timer = null;
    this.isSending = true;
    const answer = await call("/heartbeat", {}, this.token).catch(() => null);
    this.isSending = false;
    if (this.isStopped) return;
    if (answer?.status === 200 || answer?.body.error === "closed") {
      this.isHeard = true;
      return super.send();
    }
    if (answer) this.take(answer);
    if (!this.isStopped) this.failed(OFFLINE);
  }

  // While this page was alone another one may have taken the attempt: by a new lease what is owed here still counts.
  take(answer, post = null) {
    if (this.isStopped) return;
    if (this.isAlone && answer.body.error === "replaced") {
      this.stop();
      this.listener.onElsewhere();
    } else {
      super.take(answer, post);
    }
  }

  compose(longest = LONGEST_BODY) {
    const place = this.changes.findIndex((change) => change.request);
    if (this.request || place < 0) return super.compose(longest);
    const { activity } = this.changes[0];
    const run = this.changes.slice(0, place + 1);
    const other = run.findIndex((change) => change.activity !== activity);
    const [part] = asPosts({}, withoutOverwritten(other < 0 ? run : run.slice(0, other), longest, this.most).changes);
    const { changes, numbers, request } = part;
    this.seq += 1;
    const head = { seq: this.seq, base: this.acked, activity, changes, numbers, client_time: new Date().toISOString() };
    const document = { ...head, ...(request ? { request } : {}), ...(this.trouble ? { failed: this.trouble } : {}) };
    const last = request ? request.number : numbers[numbers.length - 1];
    const text = JSON.stringify(document);
    return { text, seq: this.seq, end: last + 1, count: changes.length, trouble: this.trouble };
  }

  acknowledge(end, isLate = false) {
    if (end > this.acked) this.keeping.save(this.next);
    super.acknowledge(end, isLate);
  }

  // What stands around the content is drawn by the server's word as soon as it has heard everything.
  saved(body, post) {
    const isBehind = this.isAlone && this.changes.some((change) => change.number >= post.end);
    const { contents, result, valid, ...rest } = body;
    super.saved(isBehind ? rest : body, post);
    if (this.isAlone && !this.isOwing) this.caughtUp();
    else if (this.keeping.isStale) this.keeping.refreshSoon();
  }

  settle(post, answer) {
    super.settle(post, answer);
    const asked = this.waiting.filter(({ number }) => number < post.end);
    this.waiting = this.waiting.filter(({ number }) => number >= post.end);
    for (const { local, resolve } of asked) {
      if (placeIn(local) !== placeIn(answer)) this.keeping.refreshSoon();
      resolve(answer);
    }
    if (this.isAlone && placeIn(answer)) this.isDifferent = placeIn(answer) !== this.here;
  }

  caughtUp() {
    this.isAlone = false;
    this.tries = 0;
    this.listener.onCaughtUp(this.isDifferent && this.here !== null);
    this.isDifferent = false;
  }

  show(state) {
    super.show(this.isAlone && !this.isHeard && state === SAVING ? OFFLINE : state);
  }

  stop() {
    super.stop();
    this.waiting = [];
  }
}

function placeIn(answer) {
  return answer.deliver?.activity ?? "";
}
