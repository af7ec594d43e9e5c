// Sends packages while the rest of the form is filled in, several one after the other, and submits the form when all
// have arrived. Without this script the form is sent all the same, files and all.
"use strict";
(function () {
  const form = document.querySelector("form[data-upload]");
  const words = form.dataset;
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-upload-list]");
  const pattern = form.querySelector("template");
  const problem = form.querySelector("[data-upload-error]");
  const news = form.querySelector("[data-upload-news]");
  const send = form.querySelector("button:not([type=button])");
  const language = document.documentElement.lang || "en";
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const OTHER_KINDS = ["Rar!", "7z\xbc\xaf", "%PDF", "\x1f\x8b", "MZ", "\xd0\xcf\x11\xe0"]; // how such files begin
  const entries = [];
  let isAsked = false; // the form is to be submitted once all has arrived
  let isPosting = false;
  let hasLeft = false;

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  function sizeText(size) {
    const units = words.units.split("|");
    const power = Math.min(Math.max(Math.floor(Math.log2(size || 1) / 10), 0), units.length - 1);
    const amount = size / 1024 ** power;
    return `${number.format(power && amount < 100 ? amount : Math.round(amount))}\u00a0${units[power]}`;
  }

  function timeText(seconds) {
    const [unit, each] = seconds < 90 ? ["second", 1] : seconds < 5400 ? ["minute", 60] : ["hour", 3600];
    const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
    return format.format(Math.max(1, Math.round(seconds / each)));
  }

  // ------------------------------------------------------------------ one row for each file

  function say(place, sentence) {
    if (place.textContent !== sentence) place.textContent = sentence;
  }

  function label(button, word, file) {
    say(button, word);
    button.setAttribute("aria-label", `${word} ${file.name}`);
  }

  function percentOf(upload) {
    return Math.floor((100 * upload.sent) / (upload.file.size || 1));
  }

  // Every fourth only, so that a screen reader is not flooded.
  function stateText(upload) {
    if (upload.words) return upload.words;
    if (upload.state !== "sending") return words[upload.state];
    const percent = percentOf(upload);
    return fill(words.sent, { percent: percent - (percent % 25) });
  }

  function show(entry) {
    const { upload, row } = entry;
    row.dataset.state = upload.state;
    row.bar.value = upload.state === "whole" ? 100 : percentOf(upload);
    say(row.state, stateText(upload));
    const values = { sent: sizeText(upload.sent), size: sizeText(upload.file.size) };
    const left = upload.state === "sending" && upload.secondsLeft !== null ? timeText(upload.secondsLeft) : "";
    say(row.numbers, upload.state === "sending" ? fill(words.progress, values) + (left && ` · ${fill(words.left, { time: left })}`) : values.size);
    say(row.note, upload.resumedAt ? fill(words.resumed, { percent: Math.floor((100 * upload.resumedAt) / upload.file.size) }) : "");
    row.bar.hidden = ["failed", "cancelled"].includes(upload.state);
    label(row.cancel, upload.isOver ? words.remove : words.cancel, upload.file);
    row.again.hidden = upload.state !== "failed" || !entry.isChecked;
    const waiting = upload.id && document.querySelector(`[data-waiting="${CSS.escape(upload.id)}"]`);
    if (waiting) waiting.remove();
    if (upload.isOver) next();
  }

  function rowFor(file) {
    const row = pattern.content.firstElementChild.cloneNode(true);
    for (const part of row.querySelectorAll("[data-part]")) row[part.dataset.part] = part;
    row.name.textContent = file.name;
    row.bar.setAttribute("aria-label", file.name);
    label(row.again, row.again.textContent, file);
    list.append(row);
    return row;
  }

  function isSame(one, other) {
    return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  }

  async function kindProblem(file) {
    if (file.size > Number(words.most)) return words.tooLarge;
    let start;
    try {
      start = String.fromCharCode(...new Uint8Array(await file.slice(0, 4).arrayBuffer()));
    } catch {
      return words.unreadable; // a folder, or a file that is gone
    }
    if (!file.size) return words.empty;
    const isOther = OTHER_KINDS.some((kind) => start.startsWith(kind));
    return start.startsWith("PK") || (/\.(zip|pif)$/i.test(file.name) && !isOther) ? "" : words.wrongKind;
  }

  async function add(file) {
    if (entries.some((entry) => isSame(entry.upload.file, file) && !["cancelled", "failed"].includes(entry.upload.state))) return;
    const row = rowFor(file);
    const way = { address: words.uploads, words, token, renew, changed: () => show(entry) };
    const entry = { row, upload: new Palier.Upload(file, way) };
    entries.push(entry);
    show(entry);
    row.cancel.addEventListener("click", () => remove(entry));
    row.again.addEventListener("click", () => retry(entry));
    await check(entry);
  }

  async function check(entry) {
    const wrong = await kindProblem(entry.upload.file);
    entry.isChecked = !wrong;
    if (wrong) entry.upload.become("failed", wrong);
    else next();
  }

  function retry(entry) {
    entry.isStarted = false;
    entry.upload.become("queued");
    check(entry);
  }

  function remove(entry) {
    const isSent = !entry.upload.isOver;
    entries.splice(entries.indexOf(entry), 1);
    entry.row.remove();
    input.focus();
    if (entry.upload.state !== "failed" || entry.upload.address) entry.upload.cancel();
    if (isSent) say(news, fill(words.cancelled, { file: entry.upload.file.name }));
    next();
  }

  // Start the next file, or submit: one file at a time has the line for itself.
  function next() {
    const open = entries.filter((entry) => !entry.upload.isOver);
    const first = open.find((entry) => entry.isChecked);
    if (first && !open.some((entry) => entry.isStarted)) {
      first.isStarted = true;
      first.upload.run();
    }
    if (!open.length && isAsked) submit();
  }

  // ------------------------------------------------------------------ choosing and dropping

  function addAll(files) {
    say(problem, "");
    for (const file of files) add(file);
  }

  input.addEventListener("change", () => {
    addAll([...input.files]);
    input.value = "";
  });
  zone.addEventListener("dragenter", () => zone.classList.add("is-over"));
  zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || zone.classList.remove("is-over"));
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("is-over");
    addAll([...event.dataTransfer.files]);
  });
  say(document.getElementById(`${input.id}-hint`), words.hint);

  // ------------------------------------------------------------------ who is here

  function token() {
    return form.elements.csrf_token.value;
  }

  // Somebody may have signed in again in another tab: the token is another one then.
  async function renew() {
    try {
      const answer = await fetch(words.uploads, { headers: { Accept: "application/json" }, redirect: "error", cache: "no-store" });
      form.elements.csrf_token.value = (await answer.json()).csrf_token || token();
      return answer.ok;
    } catch {
      return false;
    }
  }

  const wakeAll = () => entries.forEach((entry) => entry.upload.wake());
  window.addEventListener("online", wakeAll);
  window.addEventListener("focus", wakeAll);
  window.addEventListener("offline", () => entries.forEach((entry) => entry.upload.interrupt()));
  window.addEventListener("beforeunload", (event) => {
    if (!hasLeft && (isPosting || entries.some((entry) => !entry.upload.isOver))) event.preventDefault();
  });

  // Who comes back by the browser's own button is to find a form that can be sent.
  window.addEventListener("pageshow", (event) => event.persisted && hasLeft && location.reload());

  // ------------------------------------------------------------------ the form

  const chosen = () => document.querySelectorAll("[name=upload]:checked").length;
  const whole = () => entries.filter((entry) => entry.upload.state === "whole");

  function ask(isWanted) {
    isAsked = isWanted;
    send.disabled = isWanted;
    say(news, isWanted ? words.thenImports : "");
  }

  function fail(sentence) {
    ask(false);
    say(problem, sentence);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isAsked) return;
    say(problem, "");
    if (!chosen() && !entries.some((entry) => entry.upload.state !== "failed")) return fail(words.missing);
    ask(true);
    next();
  });

  async function submit() {
    if (isPosting) return;
    if (!chosen() && !whole().length) return fail(words.missing);
    isPosting = true;
    for (let tries = 0; isAsked && !hasLeft; tries++) {
      const outcome = await post();
      if (outcome !== "") say(news, words[outcome]);
      if (outcome === "") break;
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * 2 ** tries, 15000)));
    }
    isPosting = false;
  }

  // Return what the form waits for, or nothing when it is over. Sending it twice is harmless.
  async function post() {
    const data = new FormData(form);
    data.delete("package");
    for (const entry of whole()) data.append("upload", entry.upload.id);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.status >= 500) return answer.status === 503 ? "crowded" : "line";
      const told = await answer.json();
      if (answer.status === 201) return leave(told.location);
      if (answer.status === 422) return fail(told.error) || "";
      await renew();
      return "signedOut";
    } catch (error) {
      return error instanceof TypeError ? "line" : (await renew(), "signedOut"); // no answer, or none of ours
    }
  }

  function leave(address) {
    hasLeft = true;
    for (const entry of whole()) entry.upload.forget();
    say(news, words.arrived);
    location.assign(address);
    return "";
  }
})();
