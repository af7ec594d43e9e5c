/* What this device keeps until the server has acknowledged it, in IndexedDB, written through to the disk.
 *
 * leases   {lease, attempt, token, acked}   the page loads of an attempt, so that a later one can send what they left
 * changes  {lease, number, activity, element, value}
 */

const KEPT_LEASES = 5;
const LONGEST_BODY = 2000000;

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
    const request = indexedDB.open("palier", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("leases", { keyPath: "lease" });
      request.result.createObjectStore("changes", { keyPath: ["lease", "number"] });
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
        const transaction = this.database.transaction(["leases", "changes"], "readwrite", { durability: "strict" });
        transaction.oncomplete = () => settle(true);
        transaction.onabort = transaction.onerror = () => settle(false);
        work({ leases: transaction.objectStore("leases"), changes: transaction.objectStore("changes") });
      } catch (error) {
        settle(false);
      }
    });
  }

  read(store, range) {
    if (!this.database) return Promise.resolve([]);
    return new Promise((resolve) => {
      const request = this.database.transaction(store).objectStore(store).getAll(range);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve([]);
    });
  }

  addLease(entry) {
    return this.change((stores) => stores.leases.put({ ...entry, acked: 0 }));
  }

  // Lets go of what the server has: every change of the lease below `end`.
  async acknowledge(lease, end) {
    const known = (await this.read("leases", IDBKeyRange.only(lease)))[0];
    await this.change((stores) => {
      stores.changes.delete(IDBKeyRange.bound([lease, 0], [lease, end], false, true));
      if (known) stores.leases.put({ ...known, acked: Math.max(known.acked, end) });
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
    for (const { lease, token } of await this.leasesOf(attempt)) {
      const changes = await this.read("changes", rangeOf(lease));
      entries.push(...asPosts(token, withoutOverwritten(changes, Infinity).changes));
    }
    return entries;
  }
}

function rangeOf(lease) {
  return IDBKeyRange.bound([lease, 0], [lease, Infinity]);
}

// Puts changes, sorted by their numbers, into posts of one activity each.
export function asPosts(token, changes) {
  const posts = [];
  for (const change of changes) {
    let post = posts[posts.length - 1];
    if (!post || post.activity !== change.activity) {
      post = { token, activity: change.activity, base: change.number, changes: [], numbers: [] };
      posts.push(post);
    }
    post.changes.push([change.element, change.value]);
    post.numbers.push(change.number);
  }
  return posts;
}

// Leaves out values that a later change of the same element replaces; records and what is appended stay as they are.
export function withoutOverwritten(changes, longest = LONGEST_BODY) {
  const last = new Map();
  const nameOf = (change) => change.activity + " " + change.element;
  changes.forEach((change) => last.set(nameOf(change), change.number));
  const kept = [];
  let size = 0;
  for (const change of changes) {
    const isRecord = /\.\d/.test(change.element) || change.element === "cmi.comments";
    if (!isRecord && last.get(nameOf(change)) !== change.number) continue;
    size += change.value.length;
    if (size > longest && kept.length) return { changes: kept, isWhole: false };
    kept.push(change);
  }
  return { changes: kept, isWhole: true };
}
