/* The pages of kept courses in this host's cache, each with the scripts of its version, and the worker that serves them. */

const CACHE = "palier";
const VERSION = /\/s\/[0-9a-f]+\//g;

// Keeps the page of an attempt and the list, as they are now; `files` are the scripts and styles of that version.
export async function keepPage(attempt, files) {
  const cache = await caches.open(CACHE);
  for (const file of files) {
    if (!(await cache.match(file, { ignoreVary: true }))) await cache.add(file);
  }
  const pages = ["/kept", `/kept/${attempt}`];
  const answers = await Promise.all(pages.map((page) => read(page)));
  const texts = await Promise.all(answers.map((answer) => answer.clone().text()));
  const version = files[0].slice(0, files[0].lastIndexOf("/") + 1);
  if (!texts.every((text) => text.includes(version))) throw new Error("it was renewed just now");
  await Promise.all(pages.map((page, place) => cache.put(page, answers[place])));
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await prune(cache);
}

async function read(page) {
  const headers = { "Accept-Language": document.documentElement.lang };
  const answer = await fetch(page, { headers, credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
  return answer;
}

export async function forgetPage(attempt) {
  const cache = await caches.open(CACHE);
  await cache.delete(`/kept/${attempt}`, { ignoreVary: true });
  await prune(cache);
}

// Lets go of the scripts of versions that no kept page is of any more.
async function prune(cache) {
  const wanted = new Set();
  const requests = await cache.keys();
  const pathOf = (request) => new URL(request.url).pathname;
  for (const request of requests.filter((found) => pathOf(found).startsWith("/kept"))) {
    const text = await (await cache.match(request, { ignoreVary: true })).text();
    for (const version of text.match(VERSION) || []) wanted.add(version);
  }
  const isWanted = (path) => !path.startsWith("/s/") || [...wanted].some((version) => path.startsWith(version));
  for (const request of requests) if (!isWanted(pathOf(request))) await cache.delete(request);
}

// Nothing is kept any more: no worker of ours stays.
export async function withdraw() {
  await caches.delete(CACHE);
  for (const found of await navigator.serviceWorker.getRegistrations()) await found.unregister();
}
