/* Empties the host of a package that no kept course needs any more: its own wrapper does it, in a frame that nobody sees. */

import { PackageFrame } from "./frame.js";

const PATIENCE_MS = 15000;
const DEAF = { onChange() {}, onCommit() {}, onFinish() {}, onTrouble() {}, onStored() {}, onCalls() {} };

// Resolves once nothing is kept there, or where nobody can be reached: then the browser lets go of it in time.
export async function emptyHost(opening) {
  const place = document.createElement("div");
  place.className = "aloud";
  place.setAttribute("aria-hidden", "true");
  place.inert = true;
  document.body.append(place);
  let done = () => {};
  const removed = new Promise((resolve) => (done = resolve));
  const frame = new PackageFrame(place, opening, null, { ...DEAF, onRemoved: done });
  frame.element.className = ""; // the one that is seen is the content
  try {
    await frame.open(PATIENCE_MS);
    frame.start(0, true);
    frame.tell({ kind: "unkeep" });
    setTimeout(done, PATIENCE_MS);
    await removed;
  } catch (error) {
    console.error(error);
  } finally {
    frame.close();
    place.remove();
  }
}
