/* The frame of a package: our wrapper page on the package's own origin, and the channel to it.
 *
 * Everything that comes from there is the word of somebody else's script: it is looked at as data, and nothing more.
 */

import { Gate } from "./gate.js";

const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads allow-pointer-lock";
const ALLOW = "fullscreen; autoplay; accelerometer; gyroscope; clipboard-write; unload";
const LEAVE_MS = 2000;
const TROUBLES = ["script", "top", "missing", "unreachable", "none"]; // what the wrapper tells
const LONGEST = 3 * 1024 * 1024;

// Returns the table by which the wrapper checks what a SCO says; fails after `patience` ms.
export async function readTable(address, patience) {
  const waiting = new AbortController(); // browsers of some years ago know no AbortSignal.timeout
  const timer = setTimeout(() => waiting.abort(), patience);
  try {
    const answer = await fetch(address, { signal: waiting.signal });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return await answer.json();
  } finally {
    clearTimeout(timer);
  }
}

export class PackageFrame {
  // `listener` has onChange(change), onCommit(), onFinish(activity), onTrouble({what, activity}), onStored(report), onCalls(calls) in a trial;
  // `opening` is what the launch gave.
  constructor(place, opening, table, listener) {
    this.opening = opening;
    this.table = table;
    this.listener = listener;
    this.port = null;
    this.left = null;
    this.isDead = false; // what stands there is not our wrapper any more, or does not answer
    this.element = document.createElement("iframe");
    this.element.className = "package";
    this.element.title = opening.title; // until an item gives it another
    this.element.setAttribute("sandbox", SANDBOX);
    this.element.setAttribute("allow", ALLOW);
    this.place = place;
  }

  // Loads the wrapper; resolves with what pages that are gone have left on this origin. It fails after `patience` ms.
  open(patience) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the wrapper does not answer")), patience);
      this.hear = (event) => {
        const message = event.data;
        if (event.origin !== this.opening.origin || event.source !== this.element.contentWindow) return;
        if (!message || message.palier !== "ready") return;
        clearTimeout(timer);
        resolve(Array.isArray(message.kept) ? message.kept.filter(isKept) : []);
      };
      window.addEventListener("message", this.hear);
      this.element.src = this.opening.origin + this.opening.wrapper;
      this.place.append(this.element);
    });
  }

  start(next, isDurable) {
    this.gate = new Gate(next);
    const channel = new MessageChannel();
    this.port = channel.port1;
    this.port.onmessage = (event) => this.take(event.data);
    this.element.contentWindow.postMessage(
      { palier: "start", lease: this.opening.lease, next, isDurable },
      this.opening.origin,
      [channel.port2],
    );
  }

  take(message) {
    if (!message || typeof message !== "object") return;
    if (message.kind === "change" && isChange(message)) {
      const { number, activity, element, value } = message;
      if (this.gate.admits(message)) this.listener.onChange({ number, activity, element, value });
      if (this.gate.isFlooded) this.shut(activity);
    } else if (message.kind === "commit") {
      this.listener.onCommit();
    } else if (message.kind === "finish") {
      if (this.gate.admitsEnd(message.activity)) this.listener.onFinish(message.activity);
    } else if (message.kind === "calls" && Array.isArray(message.calls)) {
      this.listener.onCalls(message.calls);
    } else if (message.kind === "trouble" && TROUBLES.includes(message.what)) {
      this.listener.onTrouble({ what: message.what, activity: message.activity });
    } else if (message.kind === "stored" && isReport(message)) {
      const { done, size, trouble, isDone } = message;
      this.listener.onStored({ done, size, trouble, isDone: isDone === true });
    } else if (message.kind === "removed") {
      this.listener.onRemoved?.();
    } else if (message.kind === "left" && this.left) {
      this.left();
    }
  }

  // Ends a package that says more than can be kept; what it said so far is saved.
  shut(activity) {
    this.isDead = true;
    this.close();
    this.listener.onTrouble({ what: "flood", activity });
  }

  deliver(item, title) {
    this.element.title = title;
    this.gate.deliver(item.activity);
    this.tell({
      kind: "deliver",
      activity: item.activity,
      title,
      url: this.opening.base + item.href,
      values: item.is_asset ? null : item.values,
      table: this.table,
    });
  }

  // Tells the SCO that runs what it may ask for now; one that is gone hears nothing.
  refresh(activity, values) {
    this.tell({ kind: "refresh", activity, values });
  }

  // Takes the SCO away: its own handlers run first and may still report; two seconds at most.
  leave() {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.isDead = true;
        resolve();
      }, LEAVE_MS);
      this.left = () => {
        clearTimeout(timer);
        this.left = null;
        resolve();
      };
      this.tell({ kind: "leave" });
    });
  }

  tell(message) {
    if (message.kind === "acknowledged") this.gate?.acknowledge(message.end);
    if (this.port) this.port.postMessage(message);
  }

  close() {
    window.removeEventListener("message", this.hear);
    if (this.port) this.port.close();
    this.element.remove();
  }
}

function isChange(message) {
  return (
    Number.isSafeInteger(message.number) &&
    message.number >= 0 &&
    [message.activity, message.element, message.value].every((part) => typeof part === "string") &&
    message.element.length < 4096 &&
    message.value.length < LONGEST
  );
}

function isReport({ done, size, trouble }) {
  return [done, size].every((number) => Number.isSafeInteger(number) && number >= 0) && typeof trouble === "string";
}

function isKept(entry) {
  return entry && typeof entry === "object" && typeof entry.lease === "string" && isChange(entry);
}
