/* The windows of this browser in which the same attempt is open: the one that was opened last plays it.
 *
 * With a server its leases see to that. Without one the windows would go on with the same lease, and number what they do
 * alike: the one before gives way, and has written all that it knows before the next one begins.
 */

const PATIENCE_MS = 3000; // a window that the browser has put to sleep writes nothing meanwhile

export class Windows {
  // `listener` has onOpened(attempt, lease), and onAsked(attempt), which resolves when this window has given way.
  constructor(listener) {
    this.listener = listener;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("palier") : null;
    this.attempt = ""; // the one that this window holds, or waits for
    this.letGo = () => {};
    this.channel?.addEventListener("message", ({ data }) => this.hear(data));
  }

  // Tells that this window has taken a lease: the server tells the others what that means for them.
  opened(attempt, lease) {
    this.channel?.postMessage({ attempt, lease });
    this.hold(attempt);
  }

  // Has every other window give way; for who goes on without the server.
  async takeOver(attempt) {
    this.channel?.postMessage({ attempt, isAlone: true });
    await Promise.race([this.hold(attempt), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  async hear({ attempt, lease, isAlone }) {
    if (isAlone) await this.listener.onAsked(attempt);
    else await this.listener.onOpened(attempt, lease);
    if (attempt === this.attempt) this.release();
  }

  // Resolves when no other window holds the attempt.
  hold(attempt) {
    if (this.attempt === attempt || !navigator.locks) return Promise.resolve();
    this.release();
    this.attempt = attempt;
    const waiting = new AbortController();
    return new Promise((resolve) => {
      const held = () => {
        resolve();
        return new Promise((letGo) => (this.letGo = letGo));
      };
      this.letGo = () => waiting.abort();
      navigator.locks.request(`palier.plays.${attempt}`, { signal: waiting.signal }, held).catch(resolve);
    });
  }

  release() {
    this.attempt = "";
    this.letGo();
    this.letGo = () => {};
  }
}
