/* Plays a kept package without a network: our worker on the package's own host, registered while something is kept.
 *
 * The package's scripts share this host and can write to its cache: they spoil their own copy and nothing else. What is
 * answered from there always carries HEADERS, the policy of the package, which stands above this line.
 */

const CACHE = "palier";
const OURS = /^\/(w|o|r)\/|^\/blank$/;
const MEMBER = /^\/r\/[^/]+\/(.+)$/;

let folded = null; // folded name → key, for names that are not written as they are kept

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin || !OURS.test(address.pathname)) return;
  event.respondWith(answer(request, address));
});

async function answer(request, address) {
  const found = await kept(address);
  if (!found) return fetch(request);
  return request.headers.has("Range") ? part(found, request.headers.get("Range")) : whole(found);
}

// Returns what is kept for an address: our wrapper by its version, whoever's it is; a file of the package by its name.
async function kept({ pathname, search }) {
  const cache = await caches.open(CACHE);
  if (pathname.startsWith("/w/")) return cache.match(`/w/${search}`);
  const member = MEMBER.exec(pathname);
  if (!member) return cache.match(pathname);
  for (const name of namesOf(member[1])) {
    const found = await cache.match(keyOf(name), { ignoreVary: true });
    if (found) return found;
  }
  return keptFolded(cache, namesOf(member[1]));
}

function keyOf(name) {
  return "/r/" + name.split("/").map(encodeURIComponent).join("/");
}

// As the server reads an address: as it is written, unquoted, unquoted twice.
function namesOf(raw) {
  const names = [raw];
  for (let times = 0; times < 2; times++) {
    try {
      names.push(decodeURIComponent(names[names.length - 1]));
    } catch (error) {
      break;
    }
  }
  return [...new Set(names.map((name) => name.normalize("NFC")))];
}

async function keptFolded(cache, names) {
  if (!folded) {
    const members = (await cache.keys()).map((request) => new URL(request.url).pathname);
    folded = new Map(members.filter((path) => path.startsWith("/r/")).map((path) => [fold(decoded(path)), path]));
  }
  const key = names.map((name) => folded.get(fold(`/r/${name}`))).find(Boolean);
  return key && cache.match(key, { ignoreVary: true });
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    return path;
  }
}

function fold(name) {
  return name.normalize("NFC").toLowerCase();
}

function headersOf(found) {
  const headers = new Headers(HEADERS);
  for (const name of ["Content-Type", "Content-Disposition"]) {
    if (found.headers.has(name)) headers.set(name, found.headers.get(name));
  }
  headers.set("Accept-Ranges", "bytes");
  return headers;
}

function whole(found) {
  return new Response(found.body, { status: 200, headers: headersOf(found) });
}

// Answers with the range that a player of films asks for.
async function part(found, wanted) {
  const body = await found.blob();
  const headers = headersOf(found);
  const range = rangeOf(wanted, body.size);
  if (range === null) return new Response(body, { status: 200, headers });
  if (!range) {
    headers.set("Content-Range", `bytes */${body.size}`);
    return new Response(null, { status: 416, headers });
  }
  const [first, last] = range;
  headers.set("Content-Range", `bytes ${first}-${last}/${body.size}`);
  headers.set("Content-Length", String(last - first + 1));
  return new Response(body.slice(first, last + 1), { status: 206, headers });
}

// Returns the first and the last byte that are asked for; null where the whole is sent, false where there is no such part.
function rangeOf(wanted, size) {
  const found = /^bytes=(\d*)-(\d*)$/.exec(wanted.trim());
  if (!found || (!found[1] && !found[2])) return null;
  if (!found[1]) return Number(found[2]) ? [Math.max(size - Number(found[2]), 0), size - 1] : false;
  const first = Number(found[1]);
  const last = found[2] ? Math.min(Number(found[2]), size - 1) : size - 1;
  if (found[2] && Number(found[2]) < first) return null;
  return first < size ? [first, last] : false;
}
