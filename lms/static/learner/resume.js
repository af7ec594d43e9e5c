// Comes back to the player by itself: but who steps back from there wants to be here, and no further.
"use strict";
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type !== "back_forward") document.querySelector("[data-resume]").requestSubmit();
