// Keeps the progress of an import or a dry run up to date; when it has ended, the page shows what came of it.
"use strict";
const area = document.querySelector("[data-progress]");
const bar = area.querySelector("progress");
const words = area.querySelector("[role=status]");

async function look() {
  try {
    const answer = await fetch(area.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const now = await answer.json();
      if (now.has_ended) return location.reload();
      if (now.percent !== null) bar.value = now.percent; // else nobody knows how far it is
      if (words.textContent !== now.text) words.textContent = now.text;
    } else if (answer.status < 500) {
      return location.reload();
    }
  } catch {
    // The line is down for a moment: the work goes on without us.
  }
  setTimeout(look, document.hidden ? 5000 : 500);
}
look();
