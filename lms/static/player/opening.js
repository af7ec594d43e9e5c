/* The way to a lease: by a launch code, or by the lease of an earlier page. What is owed goes along and counts first.
 *
 * One call takes a limited number of entries: a long journal goes in slices, each by the lease that the last one gave.
 */

import { LONGEST_BODY, bytesOf } from "./journal.js";
import { MODEST_BYTES, TOO_LARGE, call } from "./sender.js";

const MOST_ENTRIES = 200;
const DEVICE = "palier.device";

// Takes a lease by `right`, {code, nonce} or {token}; returns {answer, isComplete, late} with the last answer, where
// `isComplete` tells that nothing had to be set aside, and `late` are changes that came after another device had written.
// `onLease(body)` hears of each lease at once. Fails where nothing answers.
export async function takeLease(right, owed, journal, onLease) {
  const queue = [...owed];
  const hopeless = [];
  let longest = LONGEST_BODY;
  let isComplete = true;
  const late = [];
  for (;;) {
    const slice = sliceOf(queue, longest);
    const entries = slice.map(({ lease, ...entry }) => entry);
    const size = bytesOf(JSON.stringify(entries));
    const answer = await post(right, entries);
    if (answer.status === TOO_LARGE && size > MODEST_BYTES) {
      longest = Math.ceil(size / 2);
      if (slice.length === 1) queue.splice(0, 1, ...halves(slice[0], hopeless));
      continue;
    }
    const { recovered, journal: fate = { taken: slice.length, set_aside: [] } } = answer.body;
    if (!recovered) return { answer, isComplete, late };
    queue.splice(0, fate.taken);
    const aside = fate.set_aside.map(({ index, reason }) => ({ entry: slice[index], reason }));
    aside.push(...hopeless.splice(0).map((entry) => ({ entry, reason: "too-large" })));
    for (const { entry, reason } of aside) await journal.setAside(entry.lease, entriesOf(entry), reason);
    for (const [lease, end] of Object.entries(recovered)) await journal.acknowledge(lease, end);
    for (const index of fate.late || []) late.push(...changesOf(slice[index]));
    isComplete = isComplete && !aside.length;
    if (answer.status === 200) onLease(answer.body);
    if (answer.status !== 200 || !queue.length || !fate.taken) return { answer, isComplete, late };
    right = answer.body;
  }
}

function post({ code, token, nonce }, journal) {
  const device = deviceName();
  return token ? call("/lease", { journal, device }, token) : call("/launch", { code, nonce, journal, device }, null);
}

// Returns the name that this browser has given itself, by chance: it tells one device of a learner from another.
export function deviceName() {
  try {
    const known = localStorage.getItem(DEVICE);
    if (known) return known;
    const name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (part) => part.toString(16).padStart(2, "0")).join("");
    localStorage.setItem(DEVICE, name);
    return name;
  } catch (error) {
    return undefined;
  }
}

function sliceOf(queue, longest) {
  const slice = [];
  let size = 0;
  for (const entry of queue.slice(0, MOST_ENTRIES)) {
    size += bytesOf(JSON.stringify(entry));
    if (slice.length && size > longest) break;
    slice.push(entry);
  }
  return slice;
}

// Cuts an entry in two; one of a single change can never be sent, and is set aside once a call has come through.
function halves(entry, hopeless) {
  const middle = Math.floor(entry.changes.length / 2);
  if (!middle) {
    hopeless.push(entry);
    return [];
  }
  return [partOf(entry, 0, middle), partOf(entry, middle)];
}

function partOf(entry, first, end) {
  const numbers = entry.numbers.slice(first, end);
  const { request, ...post } = entry;
  const part = { ...post, base: numbers[0], numbers, changes: entry.changes.slice(first, end) };
  return request && end === undefined ? { ...part, request } : part;
}

function changesOf({ activity, changes, numbers }) {
  return changes.map(([element, value], place) => ({ number: numbers[place], activity, element, value }));
}

// As the journal has them: a request stands among the changes.
function entriesOf({ request, ...post }) {
  const { number, ...asked } = request || {};
  return [...changesOf(post), ...(request ? [{ number, activity: post.activity, request: asked }] : [])];
}
