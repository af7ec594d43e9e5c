/* One part of a demonstration course: turns its pages, marks its test, and reports to a SCORM 1.2 platform. */
(function () {
  "use strict";

  var start = Date.now();
  var api = findApi(window) || findApi(window.opener);
  var isOpen = Boolean(api) && String(api.LMSInitialize("")) === "true";
  var note = document.getElementById("note");
  var finishButton = document.getElementById("finish");
  var kept = read(get("cmi.suspend_data"));

  function findApi(from) {
    var place = from;
    for (var step = 0; place && step < 12; step += 1) {
      try {
        if (place.API) { return place.API; }
        if (place.parent === place) { return null; }
        place = place.parent;
      } catch (error) {
        return null;
      }
    }
    return null;
  }

  function get(name) { return isOpen ? String(api.LMSGetValue(name)) : ""; }
  function set(name, value) { if (isOpen) { api.LMSSetValue(name, String(value)); } }
  function read(text) { try { return JSON.parse(text) || {}; } catch (error) { return {}; } }
  function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (all, name) { return values[name]; }); }
  function status() { return get("cmi.core.lesson_status"); }
  function isDone() { return /^(completed|passed)$/.test(status()); }

  function sessionTime() {
    var hundredths = Math.floor((Date.now() - start) / 10);
    function digits(number, size) { return ("0000" + number).slice(-size); }
    return [
      digits(Math.floor(hundredths / 360000), 4),
      digits(Math.floor(hundredths / 6000) % 60, 2),
      digits(Math.floor(hundredths / 100) % 60, 2) + "." + digits(hundredths % 100, 2)
    ].join(":");
  }

  function save() {
    set("cmi.suspend_data", JSON.stringify(kept));
    set("cmi.core.session_time", sessionTime());
    set("cmi.core.exit", isDone() ? "" : "suspend");
    if (isOpen) { api.LMSCommit(""); }
  }

  function finish() {
    if (!isOpen) { return; }
    set("cmi.suspend_data", JSON.stringify(kept));
    set("cmi.core.session_time", sessionTime());
    set("cmi.core.exit", isDone() ? "" : "suspend");
    isOpen = false;
    api.LMSFinish("");
  }

  function say(text) { note.textContent = text; }

  /* Pages: one is shown, the last one seen is the bookmark. */
  function turnPages(pages) {
    var previous = document.getElementById("previous");
    var next = document.getElementById("next");
    var place = document.getElementById("place");
    var at = Math.max(0, pages.indexOf(document.getElementById(get("cmi.core.lesson_location"))));
    kept.seen = Array.isArray(kept.seen) ? kept.seen : [];

    function show(index, hasMoved) {
      at = index;
      pages.forEach(function (page, number) { page.hidden = number !== at; });
      previous.disabled = at === 0;
      next.hidden = at === pages.length - 1;
      place.textContent = fill(place.dataset.text, { n: at + 1, total: pages.length });
      if (kept.seen.indexOf(pages[at].id) < 0) { kept.seen.push(pages[at].id); }
      var hasSeenAll = kept.seen.length >= pages.length;
      finishButton.hidden = !hasSeenAll;
      say(hasSeenAll ? note.dataset.complete : "");
      set("cmi.core.lesson_location", pages[at].id);
      if (hasSeenAll && !isDone()) { set("cmi.core.lesson_status", "completed"); }
      if (hasMoved) { pages[at].focus(); window.scrollTo(0, 0); }
      save();
    }

    previous.addEventListener("click", function () { show(at - 1, true); });
    next.addEventListener("click", function () { show(at + 1, true); });
    show(at, false);
  }

  /* The test: every question answered, the best result counts. */
  function markTest(form) {
    var questions = Array.prototype.slice.call(form.querySelectorAll("fieldset"));
    var again = document.getElementById("again");
    var check = document.getElementById("check");
    var needed = Number(get("cmi.student_data.mastery_score")) || Number(form.dataset.mark);
    finishButton.hidden = true;

    function choice(question) {
      var chosen = question.querySelector("input:checked");
      return chosen ? Number(chosen.value) : null;
    }

    function report(right) {
      var score = Math.round(right / questions.length * 100);
      var best = get("cmi.core.score.raw");
      var count = Number(get("cmi.interactions._count")) || 0;
      questions.forEach(function (question, index) {
        var name = "cmi.interactions." + (count + index) + ".";
        var isRight = choice(question) === Number(question.dataset.right);
        set(name + "id", question.id);
        set(name + "type", "choice");
        set(name + "correct_responses.0.pattern", "abcdef".charAt(Number(question.dataset.right)));
        set(name + "student_response", "abcdef".charAt(choice(question)));
        set(name + "result", isRight ? "correct" : "wrong");
      });
      if (best === "" || score > Number(best)) {
        set("cmi.core.score.min", 0);
        set("cmi.core.score.max", 100);
        set("cmi.core.score.raw", score);
        set("cmi.core.lesson_status", score >= needed ? "passed" : "failed");
      }
      return score;
    }

    function display(right, score) {
      questions.forEach(function (question) {
        var isRight = choice(question) === Number(question.dataset.right);
        var feedback = question.querySelector(".feedback");
        feedback.textContent = (isRight ? form.dataset.right : form.dataset.wrong) + " " + feedback.dataset.why;
        feedback.className = "feedback " + (isRight ? "is-right" : "is-wrong");
        Array.prototype.forEach.call(question.querySelectorAll("input"), function (input) { input.disabled = true; });
      });
      var verdict = score >= needed ? form.dataset.passed : fill(form.dataset.failed, { mark: needed });
      say(fill(form.dataset.score, { n: right, total: questions.length }) + " " + verdict);
      check.hidden = true;
      again.hidden = false;
      finishButton.hidden = false;
    }

    function rightOnes() {
      return questions.filter(function (question) { return choice(question) === Number(question.dataset.right); }).length;
    }

    form.addEventListener("change", function () {
      kept.answers = questions.map(choice);
      set("cmi.suspend_data", JSON.stringify(kept));
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var open = questions.filter(function (question) { return choice(question) === null; })[0];
      if (open) {
        say(form.dataset.unanswered);
        open.querySelector("input").focus();
        return;
      }
      var right = rightOnes();
      display(right, report(right));
      kept.isChecked = true;
      save();
      note.focus();
    });
    again.addEventListener("click", function () {
      Array.prototype.forEach.call(form.elements, function (input) { input.disabled = false; });
      form.reset();
      Array.prototype.forEach.call(form.querySelectorAll(".feedback"), function (line) { line.textContent = ""; });
      kept = {};
      check.hidden = false;
      again.hidden = true;
      finishButton.hidden = true;
      say("");
      save();
      questions[0].querySelector("input").focus();
    });

    (kept.answers || []).forEach(function (value, index) {
      var input = value === null ? null : questions[index].querySelector("input[value='" + Number(value) + "']");
      if (input) { input.checked = true; }
    });
    if (kept.isChecked && rightOnes() >= 0) {
      display(rightOnes(), Math.round(rightOnes() / questions.length * 100));
    }
  }

  finishButton.addEventListener("click", function () {
    var again = document.getElementById("again");
    finish();
    finishButton.hidden = true;
    if (again) { again.hidden = true; }
    say(finishButton.dataset.finished);
    note.focus();
  });
  window.addEventListener("pagehide", finish);
  window.addEventListener("unload", finish);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });

  if (/^(not attempted|unknown|)$/.test(status())) { set("cmi.core.lesson_status", "incomplete"); }
  var pages = Array.prototype.slice.call(document.querySelectorAll(".page"));
  var form = document.getElementById("test");
  if (pages.length) { turnPages(pages); }
  if (form) { markTest(form); save(); }
}());
