/* The player's page: opens an attempt, shows its content, and sees to it that nothing learned is lost. */

import { openJournal } from "./journal.js";
import { SIGNED_OUT } from "./sender.js";
import { takeLease } from "./opening.js";
import { Page, texts } from "./page.js";
import { Play } from "./play.js";

const HEARTBEAT_MS = 60000;
const STORED = "palier.attempt";
const NONCE = "palier.nonce";
const SPENT = ["spent", "unknown", "missing"];
const platform = document.body.dataset.platform;
const code = new URLSearchParams(location.search).get("code") || "";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("palier") : null;

let journal = null;
let play = null; // the course that is open now
let nonce = Array.from(crypto.getRandomValues(new Uint32Array(6)), (part) => part.toString(36)).join("-");
let held = null; // {code, token, attempt} of the last lease that this page was given

const page = new Page((kind, target) => play?.move(kind, target));

// ------------------------------------------------------------------ from a code, or an earlier page, to a lease

function remembered() {
  if (held) return held;
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORED));
    return stored && stored.code === code ? stored : null;
  } catch (error) {
    return null;
  }
}

function remember(opening) {
  held = { code, token: opening.token, attempt: opening.attempt };
  try {
    sessionStorage.setItem(STORED, JSON.stringify(held));
  } catch (error) {
    // a reload will need a new launch
  }
}

// By it a page that is loaded anew while the answer to its code is on its way may have that answer again: nobody else.
function nonceOf(code) {
  try {
    const stored = JSON.parse(sessionStorage.getItem(NONCE));
    if (stored?.code === code) return (nonce = stored.nonce);
    sessionStorage.setItem(NONCE, JSON.stringify({ code, nonce }));
  } catch (error) {
    // it is good as long as this page is
  }
  return nonce;
}

async function open(extra = []) {
  page.notice({ text: texts.loading });
  const known = remembered();
  const attempt = known?.attempt || document.body.dataset.attempt;
  const owed = [...(attempt ? await journal.owed(attempt) : []), ...extra];
  try {
    const { answer, isComplete } = await takeLease(known || { code, nonce: nonceOf(code) }, owed, journal, remember);
    if (!isComplete) page.warn(texts["set-aside"]);
    if (answer.status === 200) await begin(answer.body);
    else refuse(answer, extra);
  } catch (error) {
    broken(extra);
  }
}

function refuse({ body }, extra) {
  const link = { text: texts.back, address: platform };
  play?.freeze();
  if (body.error === "signed-out") {
    page.setBadge(SIGNED_OUT);
    page.notice({ title: texts["signed-out-title"], text: texts["signed-out-text"], link });
  } else if (body.error === "closed") {
    page.notice({ title: texts["closed-title"], text: texts.closed, link });
  } else if (SPENT.includes(body.error)) {
    page.notice({ title: texts["spent-title"], text: texts.spent, link });
  } else {
    broken(extra);
  }
}

function broken(extra) {
  play?.freeze();
  const choice = { text: texts.retry, act: () => open(extra) };
  const link = { text: texts.back, address: platform };
  page.notice({ title: texts["broken-title"], text: texts.broken, choice, link });
}

async function begin(opening) {
  const isRecovering = play?.isRecovering === true;
  play?.close();
  await journal.addLease({ lease: opening.lease, attempt: opening.attempt, token: opening.token });
  journal.forgetOld(opening.attempt);
  channel?.postMessage({ attempt: opening.attempt, lease: opening.lease });
  const begun = (play = new Play(opening, { page, journal, reopen: open }));
  try {
    await begun.start(isRecovering);
  } catch (error) {
    console.error(error);
    if (begun === play && !begun.sender.isStopped) broken([]);
  }
}

// ------------------------------------------------------------------ the page and the line come and go

function flush() {
  play?.sender.flush();
  play?.trace?.flush();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") flush();
  else play?.beat();
});
window.addEventListener("pagehide", flush);
window.addEventListener("pageshow", (event) => event.persisted && play?.beat());
window.addEventListener("online", () => play?.sender.sendNow());
setInterval(() => play?.beat(), HEARTBEAT_MS);
channel?.addEventListener("message", ({ data }) => {
  if (play && data.attempt === play.opening.attempt && data.lease !== play.opening.lease) play.beat();
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  page.showContent();
  const frame = page.hasNotice ? null : document.querySelector("iframe.package");
  (frame || document.getElementById("content")).focus();
  if (frame) play?.frame?.tell({ kind: "focus" });
});

journal = await openJournal();
journal.onTrouble = (isDurable) => {
  play?.frame?.tell({ kind: "durable", isDurable });
  play?.showState(play.sender.state);
};
await open();
