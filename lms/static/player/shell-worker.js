/* Opens kept courses without a network: our worker on the player's host, registered while something is kept.
 *
 * A kept course has its page with the scripts of that page's version; they are renewed together, whenever the course is
 * opened online. A page comes from the network where there is one. All else is none of this worker's business.
 */

const CACHE = "palier";
const PAGE = /^\/kept(\/[0-9a-f-]{36})?$/;
const PATIENCE_MS = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/s/")) event.respondWith(script(request));
  else if (PAGE.test(pathname) && request.mode === "navigate") event.respondWith(page(pathname));
});

// A script stands under the hash of its version: one that is kept is the right one.
async function script(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) || fetch(request);
}

async function page(pathname) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(pathname, { ignoreVary: true });
  const headers = found ? { "Accept-Language": found.headers.get("Content-Language") || "*" } : {};
  try {
    const signal = found ? AbortSignal.timeout(PATIENCE_MS) : null;
    const answer = await fetch(pathname, { headers, signal, credentials: "omit", cache: "no-store" });
    if (answer.ok || !found) return answer;
  } catch (error) {
    if (!found) return (await cache.match("/kept", { ignoreVary: true })) || Response.error();
  }
  return found;
}
