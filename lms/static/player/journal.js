/* What this device keeps until the server has acknowledged it, in IndexedDB, written through to the disk.
 *
 * leases   {lease, attempt, token, acked}   the page loads of an attempt, so that a later one can send what they left
 * changes  {lease, number, activity, element, value, at}, or {lease, number, activity, request: {kind, target, finished}}: what
 *          was asked for while the course was played without the server, in its place in the same stream
 * aside    {lease, number, activity, element, value, reason, at}   what the server will never take: kept for support
 * kept     {attempt, …}   courses that are kept on this device, see keeping.js
 * steps    {attempt, …}   how far each of these has been played here
 */

const KEPT_LEASES = 5;
const PATIENCE_MS = 5000; // with a browser that does not open a database, or another page that holds an old one
const LONGEST_LEFT_MS = 30 * 24 * 3600 * 1000;
const STORES = ["leases", "changes", "aside"];
const KEYS = { leases: "lease", changes: ["lease", "number"], aside: ["lease", "number"], kept: "attempt", steps: "attempt" };
const encoder = new TextEncoder();

export const LONGEST_BODY = 2000000; // bytes
export const MOST_CHANGES = 5000;

export async function openJournal() {
  try {
    const journal = new Journal(await openDatabase());
    if (navigator.storage?.persist) navigator.storage.persist().catch(() => false);
    return journal;
  } catch (error) {
    return new Journal(null);
  }
}

// A database that an older page has made gains what is missing; a newer page's is used as it is.
async function openDatabase() {
  const found = await opened();
  if (Object.keys(KEYS).every((name) => found.objectStoreNames.contains(name))) return found;
  const { version } = found;
  found.close();
  return opened(version + 1);
}

function opened(version) {
  const opening = new Promise((resolve, reject) => {
    const request = indexedDB.open("palier", version);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(KEYS)) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
      }
    };
    const timer = setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
    request.onsuccess = () => {
      clearTimeout(timer);
      resolve(request.result);
      opening.catch(() => request.result.close()); // nobody waits for it any more
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

class Journal {
  constructor(database) {
    this.attach(database);
    this.isDurable = database !== null;
    this.onTrouble = () => {};
    this.known = new Map(); // the leases of this page and of the one before, also where the database refuses them
    this.owing = []; // changes of this page that nobody has acknowledged
    this.waiting = []; // those of them that are not in the database
    this.isFull = false; // it has refused some of these
    this.isWriting = false;
    this.writing = null; // resolves when that is over
  }

  attach(database) {
    this.database = database;
    if (!database) return;
    database.onclose = () => this.reopen();
    database.onversionchange = () => {
      database.close();
      this.reopen();
    };
  }

  // The browser has closed the database, as it does when somebody clears what sites keep: a new one takes what was in it.
  async reopen() {
    this.detach();
    if (this.isWriting) return; // whoever writes finds it gone
    this.isWriting = true;
    this.writing = this.openAgain().then(() => this.write());
    await this.writing;
  }

  detach() {
    this.database = null;
    this.waiting = [...this.owing];
  }

  // Keeps changes; those that come while a write is on its way go together in the next one.
  add(change) {
    const entry = { at: Date.now(), ...change };
    this.owing.push(entry);
    this.waiting.push(entry);
    if (!this.isWriting) this.writing = this.write();
  }

  // Resolves when everything that was added is written, or refused.
  async settled() {
    while (this.isWriting) await this.writing;
  }

  keepOf(isOwed) {
    this.owing = this.owing.filter(isOwed);
    this.waiting = this.waiting.filter(isOwed);
  }

  async write() {
    this.isWriting = true;
    let tries = 0; // at a new database, where the old one is gone
    while (this.waiting.length) {
      if (!this.database && tries++ < 2) await this.openAgain();
      const batch = this.waiting.slice();
      this.isFull = false;
      await this.change((stores) => batch.forEach((change) => stores.changes.put(change)));
      if (this.isFull && !this.database && tries < 2) continue;
      if (this.isFull) break; // what was refused is tried again with the next change, when there may be room
      const written = new Set(batch);
      this.waiting = this.waiting.filter((change) => !written.has(change));
    }
    this.isWriting = false;
  }

  async openAgain() {
    this.attach(await openDatabase().catch(() => null));
    await this.change((stores) => this.known.forEach((entry) => stores.leases.put(entry)));
  }

  change(work) {
    if (!this.database) return Promise.resolve(this.settle(false));
    return new Promise((resolve) => {
      const settle = (isWritten) => resolve(this.settle(isWritten));
      try {
        const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
        transaction.oncomplete = () => settle(true);
        transaction.onabort = transaction.onerror = () => settle(false);
        work(Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])));
      } catch (error) {
        if (error.name === "InvalidStateError") this.detach(); // it was closed, and the word of it is on its way
        settle(false);
      }
    });
  }

  settle(isWritten) {
    this.isFull = this.waiting.length > 0 && (this.isFull || !isWritten);
    const isDurable = isWritten && !this.isFull;
    if (this.isDurable === isDurable) return;
    this.isDurable = isDurable;
    this.onTrouble(isDurable);
  }

  read(store, range) {
    if (!this.database) return Promise.resolve([]);
    return new Promise((resolve) => {
      try {
        const request = this.database.transaction(store).objectStore(store).getAll(range);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve([]);
      } catch (error) {
        resolve([]);
      }
    });
  }

  // Remembers a lease for as long as the page is there.
  know({ lease, attempt, token }) {
    if (lease && !this.known.has(lease)) this.known.set(lease, { lease, attempt, token, acked: 0 });
  }

  addLease(entry) {
    this.know(entry);
    return this.change((stores) => stores.leases.put({ ...entry, acked: 0 }));
  }

  // Lets go of what the server has: every change of the lease below `end`.
  async acknowledge(lease, end) {
    const known = this.known.get(lease);
    if (known) known.acked = Math.max(known.acked, end);
    this.keepOf((change) => change.lease !== lease || change.number >= end);
    await this.change((stores) => {
      stores.changes.delete(IDBKeyRange.bound([lease, 0], [lease, end], false, true));
      raise(stores.leases, lease, end);
    });
  }

  // Stops owing changes that the server will never take: they stay on this device, and are not sent again.
  async setAside(lease, changes, reason) {
    const numbers = new Set(changes.map((change) => change.number));
    this.keepOf((change) => change.lease !== lease || !numbers.has(change.number));
    const at = new Date().toISOString();
    await this.change((stores) => {
      for (const change of changes) {
        stores.aside.put({ ...change, lease, reason, at });
        stores.changes.delete([lease, change.number]);
      }
      raise(stores.leases, lease, Math.max(-1, ...numbers) + 1);
    });
  }

  // Returns the page loads of an attempt, the oldest first; only the last few are kept once they owe nothing.
  async leasesOf(attempt) {
    const leases = new Map([...this.known.values(), ...(await this.read("leases"))].map((entry) => [entry.lease, entry]));
    const own = [...leases.values()].filter((entry) => entry.attempt === attempt);
    return own.sort((one, other) => (one.lease < other.lease ? -1 : 1));
  }

  // Returns the leases, of those whose changes were left on a package's host, that nobody has to send any more: theirs
  // were sent with this launch, or are so old that nobody will.
  async sentOf(attempt, left) {
    const known = new Set((await this.leasesOf(attempt)).map((entry) => entry.lease));
    return [...new Set(left.map((entry) => entry.lease))].filter((lease) => known.has(lease) || isOld(lease));
  }

  async forgetOld(attempt) {
    const leases = await this.leasesOf(attempt);
    for (const entry of leases.slice(0, -KEPT_LEASES)) {
      const owed = await this.read("changes", rangeOf(entry.lease));
      if (!owed.length) await this.change((stores) => stores.leases.delete(entry.lease));
    }
  }

  // Loses what an attempt owes, as the learner wishes.
  async forget(attempt) {
    const leases = (await this.leasesOf(attempt)).map((entry) => entry.lease);
    this.keepOf((change) => !leases.includes(change.lease));
    leases.forEach((lease) => this.known.delete(lease));
    await this.change((stores) => {
      for (const lease of leases) {
        stores.changes.delete(rangeOf(lease));
        stores.leases.delete(lease);
      }
    });
  }

  // Returns what is owed to the server for an attempt, in order, as it is posted.
  async owed(attempt) {
    const entries = [];
    for (const lease of await this.leasesOf(attempt)) {
      const changes = await this.changesOf(lease.lease);
      entries.push(...asPosts(lease, withoutOverwritten(changes, Infinity, Infinity).changes));
    }
    return entries;
  }

  // Returns what a lease owes, in order.
  async changesOf(lease) {
    const written = await this.read("changes", rangeOf(lease));
    const waiting = this.waiting.filter((change) => change.lease === lease);
    const found = new Map([...written, ...waiting].map((change) => [change.number, change]));
    return [...found.values()].sort((one, other) => one.number - other.number);
  }

  // Keeps what belongs to a kept course; true once it is written. What comes after it in the journal is written later.
  put(store, entry) {
    return this.rewrite(store, (found) => found.put(entry));
  }

  drop(store, attempt) {
    return this.rewrite(store, (found) => found.delete(attempt));
  }

  rewrite(store, work) {
    return new Promise((resolve) => {
      try {
        const transaction = this.database.transaction([store, "changes"], "readwrite", { durability: "strict" });
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = transaction.onerror = () => resolve(false);
        work(transaction.objectStore(store));
      } catch (error) {
        resolve(false);
      }
    });
  }

  async find(store, attempt) {
    return (await this.read(store, IDBKeyRange.only(attempt)))[0] || null;
  }
}

// A lease has its time in its name.
function isOld(lease) {
  return !(parseInt(lease.replace(/-/g, "").slice(0, 12), 16) > Date.now() - LONGEST_LEFT_MS);
}

function rangeOf(lease) {
  return IDBKeyRange.bound([lease, 0], [lease, Infinity]);
}

function raise(leases, lease, end) {
  const request = leases.get(lease);
  request.onsuccess = () => {
    const known = request.result;
    if (known) leases.put({ ...known, acked: Math.max(known.acked, end) });
  };
}

export function bytesOf(text) {
  return encoder.encode(text).length;
}

// What a change takes in a post, with its number and the marks around it.
function weightOf(change) {
  return bytesOf(JSON.stringify([change.element, change.value, change.request])) + 18;
}

// Puts changes of a lease, sorted by their numbers, into posts of one activity and a moderate length each; a request
// ends a post.
export function asPosts({ lease, token }, changes) {
  const posts = [];
  let size = 0;
  for (const change of changes) {
    let post = posts[posts.length - 1];
    size += weightOf(change);
    const isEnd = !post || post.request || post.activity !== change.activity;
    if (isEnd || (!change.request && (size > LONGEST_BODY || post.changes.length >= MOST_CHANGES))) {
      post = { lease, token, activity: change.activity, base: change.number, changes: [], numbers: [] };
      posts.push(post);
      size = weightOf(change);
    }
    if (change.request) {
      post.request = { ...change.request, number: change.number };
    } else {
      post.changes.push([change.element, change.value]);
      post.numbers.push(change.number);
    }
    Object.assign(post, timeOf(change.at));
  }
  return posts;
}

// When something was done, by this device: of use to whoever reads the story of an attempt.
function timeOf(at) {
  return Number.isSafeInteger(at) && Math.abs(at) < 8e15 ? { client_time: new Date(at).toISOString() } : {};
}

// Leaves out values that a later change of the same element replaces before anything is asked for; records, what is
// appended and requests stay as they are. What is longer than `longest` bytes or `most` changes is cut, but for its first
// change.
export function withoutOverwritten(changes, longest, most) {
  const last = new Map();
  const nameOf = (change, part) => `${part} ${change.activity} ${change.element}`;
  const parts = partsOf(changes);
  changes.forEach((change, place) => last.set(nameOf(change, parts[place]), change.number));
  const kept = [];
  let size = 0;
  for (const [place, change] of changes.entries()) {
    const isRecord = change.request || /\.\d/.test(change.element) || change.element === "cmi.comments";
    if (!isRecord && last.get(nameOf(change, parts[place])) !== change.number) continue;
    size += longest === Infinity ? 0 : weightOf(change);
    if (kept.length && (size > longest || kept.length >= most)) return { changes: kept, isWhole: false };
    kept.push(change);
  }
  return { changes: kept, isWhole: true };
}

// Returns for each change how many requests come before it.
function partsOf(changes) {
  let part = 0;
  return changes.map((change) => (change.request ? part++ : part));
}
