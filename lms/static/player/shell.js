/* The player's page: opens an attempt, shows its content, and sees to it that nothing learned is lost. */

import { Keeping } from "./keeping.js";
import { Panel } from "./panel.js";
import { openJournal } from "./journal.js";
import { SIGNED_OUT } from "./sender.js";
import { takeLease } from "./opening.js";
import { Page } from "./page.js";
import { Play } from "./play.js";
import { Windows } from "./windows.js";
import { closedText } from "./states.js";
import { texts } from "./words.js";

if (window.palierIsAble === false) throw new Error("this browser cannot run the player");

const HEARTBEAT_MS = 60000;
const STORED = "palier.attempt";
const NONCE = "palier.nonce";
const SPENT = ["spent", "unknown", "missing"];
const platform = document.body.dataset.platform;
const ALONE_AFTER_MS = 10000; // a kept course does not wait longer for the server
const isKeptPage = document.body.hasAttribute("data-kept"); // it opens what this device keeps, by the lease of before
const code = isKeptPage ? location.pathname : new URLSearchParams(location.search).get("code") || "";

let journal = null;
let keeping = null; // what this device has of the course; null where it cannot keep any
let panel = null;
let play = null; // the course that is open now
let nonce = Array.from(crypto.getRandomValues(new Uint32Array(6)), (part) => part.toString(36)).join("-");
let wanted = []; // changes that came late, with which the learner wants to go on
const cameLate = []; // changes that the server has taken in since, after another device had written
let held = null; // {code, token, attempt, lease, again} of the last lease that this page was given

const page = new Page((kind, target) => play?.move(kind, target));
const windows = new Windows({ onOpened: openedElsewhere, onAsked: giveWay });

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
  const { token, attempt, lease, again } = opening;
  held = { code, token, attempt, lease, again };
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

// `extra` are posts of earlier pages; with `instead`, changes that came late, the learner wants to go on.
async function open(extra = [], instead = []) {
  if (instead.length) wanted = instead;
  page.notice({ text: texts.loading });
  try {
    await openBy(extra);
  } catch (error) {
    console.error(error);
    broken(extra);
  }
}

async function openBy(extra) {
  const attempt = remembered()?.attempt || document.body.dataset.attempt;
  if (keeping && !keeping.isOf(attempt)) await keeping.load(attempt);
  const known = remembered() || (isKeptPage ? keeping?.right : null);
  if (isKeptPage && !known) return notKept();
  if (known) journal.know(known);
  await keeping?.settle();
  const owed = [...(await owedFor(attempt)), ...extra];
  const isHasty = keeping?.canPlayAlone && !play?.isElsewhere; // the course plays without the server
  if (isHasty && !navigator.onLine) throw new Error("there is no line");
  const taking = takeLease(known || { code, nonce: nonceOf(code) }, owed, journal, remember);
  const { answer, isComplete, late } = await (isHasty ? inTime(taking) : taking);
  if (!isComplete) page.warn(texts["set-aside"]);
  late.forEach((change) => cameLate.push(change));
  if (answer.status === 200) await begin(answer.body);
  else refuse(answer, extra);
}

// What this device owes: also of earlier attempts, which are never opened again.
async function owedFor(attempt) {
  const earlier = (document.body.dataset.earlier || "").split(" ");
  const attempts = [...earlier, attempt].filter(Boolean);
  return (await Promise.all(attempts.map((one) => journal.owed(one)))).flat();
}

function refuse({ body }, extra) {
  const again = remembered()?.again;
  const link = { text: texts.back, address: platform };
  const back = again ? { text: texts["sign-in"], address: again } : link;
  play?.freeze();
  if (body.error === "signed-out") {
    page.setBadge(SIGNED_OUT);
    page.notice({ title: texts["signed-out-title"], text: texts["signed-out-text"], link: back });
  } else if (body.error === "closed") {
    page.notice({ ...closedText(body.reason), link });
  } else if (SPENT.includes(body.error)) {
    page.notice({ title: texts["spent-title"], text: texts.spent, link });
  } else {
    broken(extra);
  }
}

// A server that does not answer in time is as good as none where the course plays without it.
function inTime(taking) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("too late")), ALONE_AFTER_MS));
  return Promise.race([taking, late]);
}

function notKept() {
  const link = { text: texts.back, address: platform };
  page.notice({ title: texts["alone-none-title"], text: texts["alone-none"], link });
}

// Plays what this device keeps, without the server; what was done goes to it as soon as it can be reached.
async function beginAlone() {
  play?.close();
  await windows.takeOver(keeping.attempt);
  const begun = (play = new Play(keeping.aloneOpening, { page, journal, reopen: open, keeping, isAlone: true }));
  panel.show(true);
  try {
    await begun.start(true);
  } catch (error) {
    console.error(error);
    if (begun === play) unopened([]);
  }
}

function broken(extra) {
  if (keeping?.canPlayAlone && !play?.isElsewhere) return void beginAlone();
  unopened(extra);
}

function unopened(extra) {
  play?.freeze();
  const again = () => {
    play = null;
    open(extra);
  };
  const choice = { text: texts.retry, act: again };
  const link = { text: texts.back, address: platform };
  page.notice({ title: texts["broken-title"], text: texts.broken, choice, link });
}

async function begin(opening) {
  const isRecovering = play?.isRecovering === true;
  play?.close();
  await journal.addLease({ lease: opening.lease, attempt: opening.attempt, token: opening.token });
  journal.forgetOld(opening.attempt);
  windows.opened(opening.attempt, opening.lease);
  const begun = (play = new Play(opening, { page, journal, reopen: open, keeping }));
  if (keeping && !keeping.isOf(opening.attempt)) await keeping.load(opening.attempt);
  panel?.show(begun.keeping !== null);
  try {
    await begun.start(isRecovering);
    if (!begun.isRecovering && !begun.sender.isStopped) await settleLate(begun);
  } catch (error) {
    console.error(error);
    if (begun === play && !begun.sender.isStopped) broken([]);
  }
}

// What came late is said once the course plays, or is what the learner wants to go on with.
async function settleLate(begun) {
  const [late, instead] = [cameLate.splice(0), wanted.splice(0)];
  if (instead.length) await begun.restore(begun.restorable(instead));
  else if (late.length) begun.sayLate(late);
}

// ------------------------------------------------------------------ the same course in another window

// The server tells whose word counts now; who plays without it gives way to who has reached it.
function openedElsewhere(attempt, lease) {
  if (play?.opening.attempt !== attempt || play.opening.lease === lease) return undefined;
  return play.sender.isAlone ? giveWay(attempt) : play.beat();
}

async function giveWay(attempt) {
  if (play?.opening.attempt === attempt && !play.sender.isStopped) play.replaced();
  await journal?.settled();
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
window.addEventListener("beforeunload", (event) => {
  if (play?.isOnlyHere) event.preventDefault(); // what nobody could keep would be lost
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && play?.isGone) location.reload(); // a step back, to a page that was left
  else if (event.persisted) play?.beat();
});
window.addEventListener("online", () => play?.sender.sendNow());
setInterval(() => play?.beat(), HEARTBEAT_MS);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  page.showContent();
  const frame = page.hasNotice ? null : document.querySelector("iframe.package");
  (frame || document.getElementById("content")).focus();
  if (frame) play?.frame?.tell({ kind: "focus" });
});

journal = await openJournal();
if (Keeping.isPossible) {
  keeping = new Keeping(journal);
  panel = new Panel(keeping);
  keeping.onLost = () => play && open(); // what is on the screen is no longer that which is kept
}
journal.onTrouble = (isDurable) => {
  play?.frame?.tell({ kind: "durable", isDurable });
  play?.showState(play.sender.state);
};
await open();
