/* What this device keeps until the server has acknowledged it, in IndexedDB, written through to the disk.
 *
 * leases   {lease, attempt, token, acked}   the page loads of an attempt, so that a later one can send what they left
 * changes  {lease, number, activity, element, value}
 * aside    {lease, number, activity, element, value, reason, at}   what the server will never take: kept for support
 */

const KEPT_LEASES = 5;
const STORES = ["leases", "changes", "aside"];
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

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("palier", 2);
    request.onupgradeneeded = () => {
      for (const name of STORES) {
        const keyPath = name === "leases" ? "lease" : ["lease", "number"];
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

class Journal {
  constructor(database) {
    this.database = database;
    this.isDurable = database !== null;
    this.onTrouble = () => {};
    this.waiting = [];
    this.isWriting = false;
  }

  // Keeps changes; those that come while a write is on its way go together in the next one.
  add(change) {
    this.waiting.push(change);
    if (!this.isWriting) this.write();
  }

  async write() {
    this.isWriting = true;
    while (this.waiting.length && this.isDurable) {
      const batch = this.waiting.splice(0);
      await this.change((stores) => batch.forEach((change) => stores.changes.put(change)));
    }
    this.isWriting = false;
  }

  change(work) {
    if (!this.database) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (isDurable) => {
        if (this.isDurable !== isDurable) {
          this.isDurable = isDurable;
          this.onTrouble(isDurable);
        }
        resolve();
      };
      try {
        const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
        transaction.oncomplete = () => settle(true);
        transaction.onabort = transaction.onerror = () => settle(false);
        work(Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])));
      } catch (error) {
        settle(false);
      }
    });
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

  addLease(entry) {
    return this.change((stores) => stores.leases.put({ ...entry, acked: 0 }));
  }

  // Lets go of what the server has: every change of the lease below `end`.
  async acknowledge(lease, end) {
    await this.change((stores) => {
      stores.changes.delete(IDBKeyRange.bound([lease, 0], [lease, end], false, true));
      raise(stores.leases, lease, end);
    });
  }

  // Stops owing changes that the server will never take: they stay on this device, and are not sent again.
  async setAside(lease, changes, reason) {
    const numbers = new Set(changes.map((change) => change.number));
    this.waiting = this.waiting.filter((change) => change.lease !== lease || !numbers.has(change.number));
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
    const leases = (await this.read("leases")).filter((entry) => entry.attempt === attempt);
    return leases.sort((one, other) => (one.lease < other.lease ? -1 : 1));
  }

  async forgetOld(attempt) {
    const leases = await this.leasesOf(attempt);
    for (const entry of leases.slice(0, -KEPT_LEASES)) {
      const owed = await this.read("changes", rangeOf(entry.lease));
      if (!owed.length) await this.change((stores) => stores.leases.delete(entry.lease));
    }
  }

  // Returns what is owed to the server for an attempt, in order, as it is posted.
  async owed(attempt) {
    const entries = [];
    for (const lease of await this.leasesOf(attempt)) {
      const changes = await this.read("changes", rangeOf(lease.lease));
      entries.push(...asPosts(lease, withoutOverwritten(changes, Infinity, Infinity).changes));
    }
    return entries;
  }
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
  return bytesOf(JSON.stringify([change.element, change.value])) + 18;
}

// Puts changes of a lease, sorted by their numbers, into posts of one activity and a moderate length each.
export function asPosts({ lease, token }, changes) {
  const posts = [];
  let size = 0;
  for (const change of changes) {
    let post = posts[posts.length - 1];
    size += weightOf(change);
    if (post?.activity !== change.activity || size > LONGEST_BODY || post.changes.length >= MOST_CHANGES) {
      post = { lease, token, activity: change.activity, base: change.number, changes: [], numbers: [] };
      posts.push(post);
      size = weightOf(change);
    }
    post.changes.push([change.element, change.value]);
    post.numbers.push(change.number);
  }
  return posts;
}

// Leaves out values that a later change of the same element replaces; records and what is appended stay as they are.
// What is longer than `longest` bytes or `most` changes is cut, but for its first change.
export function withoutOverwritten(changes, longest, most) {
  const last = new Map();
  const nameOf = (change) => change.activity + " " + change.element;
  changes.forEach((change) => last.set(nameOf(change), change.number));
  const kept = [];
  let size = 0;
  for (const change of changes) {
    const isRecord = /\.\d/.test(change.element) || change.element === "cmi.comments";
    if (!isRecord && last.get(nameOf(change)) !== change.number) continue;
    size += longest === Infinity ? 0 : weightOf(change);
    if (kept.length && (size > longest || kept.length >= most)) return { changes: kept, isWhole: false };
    kept.push(change);
  }
  return { changes: kept, isWhole: true };
}
