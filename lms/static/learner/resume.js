// Comes back to the player: sends the form of its page once, and leaves no step behind that would send it again.
"use strict";
const form = document.querySelector("[data-resume]");
history.replaceState(null, "", form.dataset.resume);
form.requestSubmit();
