// Shows how much of an upload has been sent. Without this script the form is sent all the same.
"use strict";
const refusals = { 413: "tooLarge", 503: "crowded", 507: "full" };
for (const form of document.querySelectorAll("form[data-upload]")) {
  const files = form.querySelector("input[type=file]");
  const send = form.querySelector("button:not([type=button])");
  const cancel = form.querySelector("[data-upload-cancel]");
  const area = form.querySelector("[data-upload-progress]");
  const bar = area.querySelector("progress");
  const words = area.querySelector("p");
  const problem = form.querySelector("[data-upload-error]");
  let request = null;

  const show = (isSending) => {
    send.disabled = isSending;
    cancel.hidden = area.hidden = !isSending;
  };
  const fail = (sentence) => {
    request = null;
    show(false);
    problem.textContent = sentence;
  };
  const isTooLarge = () => Array.from(files.files).reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most);

  files.addEventListener("change", () => {
    problem.textContent = isTooLarge() ? form.dataset.tooLarge : "";
  });
  cancel.addEventListener("click", () => request && request.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (request) return;
    if (isTooLarge()) return fail(form.dataset.tooLarge);
    problem.textContent = "";
    bar.value = 0;
    show(true);
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (sent) => {
      const percent = Math.floor((100 * sent.loaded) / sent.total);
      bar.value = percent;
      // Only every tenth, so that a screen reader is not flooded.
      const words10 = form.dataset.sent.replace("{percent}", String(percent - (percent % 10)));
      if (words.textContent !== words10) words.textContent = words10;
    });
    request.upload.addEventListener("load", () => {
      bar.value = 100;
      words.textContent = form.dataset.arrived;
    });
    request.addEventListener("load", () => {
      const answer = request.response || {};
      if (request.status === 201) location.assign(answer.location);
      else if (refusals[request.status]) fail(form.dataset[refusals[request.status]]);
      else if (answer.error && request.status === 422) fail(answer.error);
      else fail(form.dataset.broken);
    });
    request.addEventListener("error", () => fail(form.dataset.broken));
    request.addEventListener("abort", () => fail(""));
    request.send(new FormData(form));
  });
}
