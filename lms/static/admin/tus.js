// Sends one file piece by piece (tus 1.0.0) and goes on by itself: after a broken line, a reload, a new sign-in.
//
// Palier.Upload(file, way): way.address is where uploads begin, way.token() the CSRF token, way.renew() asks for a new one
// and tells whether somebody is signed in, way.changed(upload) is told of every change.
"use strict";
(function (global) {
  const SMALLEST = 256 * 1024;
  const FIRST = 1024 * 1024;
  const LARGEST = 8 * 1024 * 1024;
  const QUICK_MS = 1500; // a piece that took less: the next one is larger
  const SLOW_MS = 6000;
  const STALLED_MS = 30000; // nothing moves on the line
  const ANSWER_MS = 180000; // the server may look through all of a large file before it answers
  const FIRST_PAUSE_MS = 1000;
  const LONGEST_PAUSE_MS = 30000;
  const SIGNED_OUT_PAUSE_MS = 3000;
  const REMEMBERED_MS = 14 * 24 * 3600 * 1000;
  const MEMORY = "palier.upload:";

  // What came in the way; `state` is what the upload is in until it goes on. With `words`, it is over.
  class Trouble extends Error {
    constructor(state, words = null, pauseMs = 0) {
      super(state);
      Object.assign(this, { state, words, pauseMs });
    }
  }

  // ------------------------------------------------------------------ what is remembered of files that were begun

  function memoryOf(file) {
    return MEMORY + [file.name, file.size, file.lastModified].join("/");
  }

  function recall(file) {
    try {
      return JSON.parse(localStorage.getItem(memoryOf(file))).address;
    } catch {
      return null;
    }
  }

  function remember(file, address) {
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(MEMORY) && !(JSON.parse(localStorage.getItem(key)).at > Date.now() - REMEMBERED_MS)) {
          localStorage.removeItem(key);
        }
      }
      localStorage.setItem(memoryOf(file), JSON.stringify({ address, at: Date.now() }));
    } catch {
      // Nothing is remembered: after a reload the file begins anew.
    }
  }

  function forget(file) {
    try {
      localStorage.removeItem(memoryOf(file));
    } catch {
      // There was nothing to forget.
    }
  }

  // ------------------------------------------------------------------ one request

  function base64(bytes) {
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }

  async function checksumOf(data) {
    if (!(global.crypto && crypto.subtle)) return {};
    return { "Upload-Checksum": `sha256 ${base64(new Uint8Array(await crypto.subtle.digest("SHA-256", data)))}` };
  }

  function wordsIn(request) {
    try {
      return JSON.parse(request.responseText);
    } catch {
      return null;
    }
  }

  // A page, a redirect to one, or a refusal of the person: somebody has to sign in again. Never a success.
  function isSignedOut(request, address) {
    const kind = request.getResponseHeader("Content-Type") || "";
    const elsewhere = request.responseURL && new URL(request.responseURL).pathname !== new URL(address, location).pathname;
    return [401, 403].includes(request.status) || elsewhere || (request.status < 500 && kind.startsWith("text/html"));
  }

  function troubleOf(request, address) {
    const status = request.status;
    const pauseMs = 1000 * (Number(request.getResponseHeader("Retry-After")) || 0);
    const told = wordsIn(request);
    if (status === 413 && !told) return new Trouble("narrow");
    if (isSignedOut(request, address)) return new Trouble("signedOut");
    if (status === 404 || status === 410) return new Trouble("gone");
    if (status === 507) return new Trouble("full");
    if (status === 503) return new Trouble("crowded", null, pauseMs);
    if ([409, 423].includes(status) || (status === 460 && !(told && told.code === "upload_damaged"))) return new Trouble("elsewhere");
    if (status >= 400 && status < 500) return new Trouble("failed", (told && told.error) || `HTTP ${status}`);
    return new Trouble("line", null, pauseMs);
  }

  class Upload {
    constructor(file, way) {
      Object.assign(this, { file, way, state: "queued", words: "", sent: 0, resumedAt: 0, rate: 0 });
      this.offset = null; // not known
      this.size = FIRST;
      this.most = LARGEST;
      this.address = recall(file);
      this.wasRemembered = this.address !== null;
      this.wake = () => {};
    }

    get id() {
      return this.address ? this.address.split("/").pop() : "";
    }

    get isOver() {
      return ["whole", "cancelled", "failed"].includes(this.state);
    }

    get secondsLeft() {
      return this.rate > 0 ? (this.file.size - this.sent) / this.rate : null;
    }

    become(state, words = "") {
      if (this.state === "cancelled") return;
      Object.assign(this, { state, words });
      this.way.changed(this);
    }

    // Go on until all has arrived, or nothing helps. Without end while the line is down.
    async run() {
      let tries = 0;
      this.become("asking");
      while (!this.isOver) {
        try {
          if (this.offset === null) await this.find();
          if (this.isOver) return;
          if (this.offset >= this.file.size) return this.become("whole");
          await this.sendPiece();
          tries = 0;
        } catch (error) {
          if (!this.isOver) await this.recover(error, tries++);
        }
      }
    }

    async recover(error, tries) {
      if (!(error instanceof Trouble)) error = new Trouble("failed", this.way.words.unreadable);
      if (error.words) return this.become("failed", error.words);
      this.offset = null;
      this.rate = 0;
      if (error.state === "gone") {
        forget(this.file);
        this.address = null;
      } else if (error.state === "narrow") {
        if (this.size <= SMALLEST) return this.become("failed", this.way.words.narrow);
        this.most = this.size = Math.max(SMALLEST, this.size / 4);
      } else if (error.state === "signedOut") {
        if ((await this.way.renew()) && tries < 1) return;
        this.become("signedOut");
      } else if (error.state === "line") {
        this.size = Math.max(SMALLEST, this.size / 2);
        this.become("line");
      } else if (error.state !== "elsewhere" || tries > 1) {
        this.become(error.state);
      }
      const longest = this.state === "signedOut" ? SIGNED_OUT_PAUSE_MS : LONGEST_PAUSE_MS;
      await this.pause(Math.max(error.pauseMs, Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries, 10), longest)));
    }

    pause(ms) {
      return new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, ms);
      });
    }

    // Ask how much has arrived, or begin.
    async find() {
      if (this.address === null) return this.begin();
      const answer = await this.request("HEAD", this.address);
      const offset = Number(answer.getResponseHeader("Upload-Offset"));
      if (Number(answer.getResponseHeader("Upload-Length")) !== this.file.size) throw new Trouble("gone");
      this.offset = this.sent = offset;
      if (this.wasRemembered) this.resumedAt = offset;
      this.wasRemembered = false;
      this.become("sending");
    }

    async begin() {
      const name = base64(new TextEncoder().encode(this.file.name));
      const told = { "Upload-Length": String(this.file.size), "Upload-Metadata": `filename ${name}` };
      const answer = await this.request("POST", this.way.address, told);
      this.address = new URL(answer.getResponseHeader("Location"), location).pathname;
      this.offset = this.sent = 0;
      this.wasRemembered = false;
      remember(this.file, this.address);
      this.become("sending");
    }

    async sendPiece() {
      // The file's own piece is sent, not its bytes: browsers are ten times faster with it.
      const piece = this.file.slice(this.offset, this.offset + this.size);
      const headers = {
        "Upload-Offset": String(this.offset),
        "Content-Type": "application/offset+octet-stream",
        ...(await checksumOf(await piece.arrayBuffer())),
      };
      const began = performance.now();
      const answer = await this.request("PATCH", this.address, headers, piece);
      const tookMs = Math.max(1, performance.now() - began);
      this.offset = this.sent = Number(answer.getResponseHeader("Upload-Offset"));
      const rate = (1000 * piece.size) / tookMs;
      this.rate = this.rate ? 0.7 * this.rate + 0.3 * rate : rate;
      if (tookMs < QUICK_MS) this.size = Math.min(this.most, this.size * 2);
      if (tookMs > SLOW_MS) this.size = Math.max(SMALLEST, Math.floor(this.size / 2));
      this.become("sending");
    }

    // Return the answer to a request; throws what came in the way.
    request(method, address, headers = {}, body = null) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        let timer = 0;
        const within = (ms) => {
          clearTimeout(timer);
          timer = setTimeout(() => request.abort(), ms);
        };
        const ended = (event) => {
          clearTimeout(timer);
          const isRight = event.type === "load" && request.status >= 200 && request.status < 300;
          if (isRight && request.getResponseHeader("Tus-Resumable")) resolve(request);
          else reject(event.type === "load" ? troubleOf(request, address) : new Trouble("line"));
        };
        request.open(method, address);
        const all = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.way.token(), Accept: "application/json", ...headers };
        for (const name of Object.keys(all)) request.setRequestHeader(name, all[name]);
        request.upload.addEventListener("progress", (sent) => {
          within(sent.loaded === sent.total ? ANSWER_MS : STALLED_MS);
          if (body === null || this.isOver) return;
          this.sent = this.offset + Math.min(sent.loaded, body.size);
          this.way.changed(this);
        });
        for (const event of ["load", "error", "abort"]) request.addEventListener(event, ended);
        this.stop = () => request.abort();
        within(STALLED_MS);
        request.send(body);
      });
    }

    // Give up what is on its way, so that it is tried again once there is a line.
    interrupt() {
      if (this.stop && !this.isOver) this.stop();
    }

    async cancel() {
      const address = this.address;
      this.become("cancelled");
      forget(this.file);
      if (this.stop) this.stop();
      this.wake();
      for (let tries = 1; address && tries <= 5; tries++) {
        try {
          return await this.request("DELETE", address);
        } catch (error) {
          if (error.state === "gone") return;
          await this.pause(500 * tries); // a piece may still be on its way to the disk
        }
      }
    }

    forget() {
      forget(this.file);
    }
  }

  global.Palier = Object.assign(global.Palier || {}, { Upload });
})(window);
