/* One item of the demonstration's course of SCORM 2004: turns pages, marks questions, and says what they were about. */
(function () {
  "use strict";

  var start = Date.now();
  var api = findApi(window) || findApi(window.opener);
  var isOpen = Boolean(api) && String(api.Initialize("")) === "true";
  var note = document.getElementById("note");
  var kept = read(get("cmi.suspend_data"));

  function findApi(from) {
    var place = from;
    for (var step = 0; place && step < 12; step += 1) {
      try {
        if (place.API_1484_11) { return place.API_1484_11; }
        if (place.parent === place) { return null; }
        place = place.parent;
      } catch (error) {
        return null;
      }
    }
    return null;
  }

  function get(name) { return isOpen ? String(api.GetValue(name)) : ""; }
  function set(name, value) { if (isOpen) { api.SetValue(name, String(value)); } }
  function read(text) { try { return JSON.parse(text) || {}; } catch (error) { return {}; } }
  function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (all, name) { return values[name]; }); }
  function say(text) { note.textContent = text; }
  function isDone() { return get("cmi.completion_status") === "completed"; }

  /* The name of an objective that the manifest gives to this item, by its identifier. */
  function objective(identifier) {
    var count = Number(get("cmi.objectives._count")) || 0;
    for (var index = 0; index < count; index += 1) {
      if (get("cmi.objectives." + index + ".id") === identifier) { return "cmi.objectives." + index + "."; }
    }
    return "";
  }

  function keep() {
    set("cmi.suspend_data", JSON.stringify(kept));
    set("cmi.session_time", "PT" + ((Date.now() - start) / 1000).toFixed(2) + "S");
  }

  function save() {
    keep();
    if (isOpen) { api.Commit(""); }
  }

  /* Ends the session. A test that is not finished goes on the next time; a lesson that is left begins anew. */
  function finish(request) {
    if (!isOpen) { return; }
    keep();
    set("cmi.exit", form && !isDone() ? "suspend" : "normal");
    if (request) { set("adl.nav.request", request); }
    api.Terminate("");
    isOpen = false;
  }

  /* Pages: one is shown, the last one seen is the bookmark. What was read once, in whichever attempt, stays read. */
  function turnPages(pages, own) {
    var previous = document.getElementById("previous");
    var next = document.getElementById("next");
    var place = document.getElementById("place");
    var at = Math.max(0, pages.indexOf(document.getElementById(get("cmi.location"))));
    kept.seen = Array.isArray(kept.seen) ? kept.seen : [];
    if (own && get(own + "completion_status") === "completed") { set("cmi.completion_status", "completed"); }

    function show(index, hasMoved) {
      at = index;
      pages.forEach(function (page, number) { page.hidden = number !== at; });
      previous.disabled = at === 0;
      next.hidden = at === pages.length - 1;
      place.textContent = fill(place.dataset.text, { n: at + 1, total: pages.length });
      if (kept.seen.indexOf(pages[at].id) < 0) { kept.seen.push(pages[at].id); }
      set("cmi.location", pages[at].id);
      var hasSeenAll = kept.seen.length >= pages.length;
      if (!isDone()) { set("cmi.completion_status", hasSeenAll ? "completed" : "incomplete"); }
      say(hasSeenAll ? note.dataset.complete : "");
      if (hasMoved) { pages[at].focus(); window.scrollTo(0, 0); }
      save();
    }

    previous.addEventListener("click", function () { show(at - 1, true); });
    next.addEventListener("click", function () { show(at + 1, true); });
    show(at, false);
  }

  /* Questions: all answered, marked once. A page that is told a passing score reports one. */
  function markQuestions() {
    var questions = Array.prototype.slice.call(form.querySelectorAll("fieldset"));
    var check = document.getElementById("check");
    var round = document.getElementById("round");
    var onward = document.getElementById("onward");
    var needed = get("cmi.scaled_passing_score");

    function choice(question) {
      var chosen = question.querySelector("input:checked");
      return chosen ? Number(chosen.value) : null;
    }
    function isRight(question) { return choice(question) === Number(question.dataset.right); }
    function rightOnes() { return questions.filter(isRight).length; }

    /* An objective is passed when every question about it was answered rightly. */
    function reportObjectives() {
      var found = {};
      questions.forEach(function (question) {
        var name = question.dataset.objective;
        found[name] = found[name] !== false && isRight(question);
      });
      Object.keys(found).forEach(function (name) {
        var record = objective(name);
        if (record) { set(record + "success_status", found[name] ? "passed" : "failed"); }
      });
    }

    function reportAnswers() {
      questions.forEach(function (question, index) {
        var name = "cmi.interactions." + index + ".";
        set(name + "id", question.id);
        set(name + "type", "choice");
        set(name + "objectives.0.id", question.dataset.objective);
        set(name + "correct_responses.0.pattern", "abcdef".charAt(Number(question.dataset.right)));
        set(name + "learner_response", "abcdef".charAt(choice(question)));
        set(name + "result", isRight(question) ? "correct" : "incorrect");
      });
    }

    function reportScore() {
      if (!needed) { return; }
      set("cmi.score.min", 0);
      set("cmi.score.max", questions.length);
      set("cmi.score.raw", rightOnes());
      set("cmi.score.scaled", (rightOnes() / questions.length).toFixed(4));
    }

    function verdict() {
      var share = rightOnes() / questions.length;
      if (share >= (needed ? Number(needed) : 1)) { return form.dataset.passed; }
      return share > 0 ? form.dataset.some : form.dataset.failed;
    }

    function display() {
      questions.forEach(function (question) {
        var feedback = question.querySelector(".feedback");
        feedback.textContent = (isRight(question) ? form.dataset.right : form.dataset.wrong) + " " + feedback.dataset.why;
        feedback.className = "feedback " + (isRight(question) ? "is-right" : "is-wrong");
        Array.prototype.forEach.call(question.querySelectorAll("input"), function (input) { input.disabled = true; });
      });
      say(fill(form.dataset.score, { n: rightOnes(), total: questions.length }) + " " + verdict());
      check.hidden = true;
      if (round) { round.hidden = true; }
      onward.hidden = false;
    }

    function goOn() {
      onward.disabled = true;
      set("cmi.completion_status", "completed");
      finish("continue");
    }

    form.addEventListener("change", function () {
      kept.answers = questions.map(choice);
      keep();
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var open = questions.filter(function (question) { return choice(question) === null; })[0];
      if (open) {
        say(form.dataset.unanswered);
        open.querySelector("input").focus();
        return;
      }
      kept.isChecked = true;
      reportAnswers();
      reportObjectives();
      reportScore();
      set("cmi.completion_status", "completed");
      display();
      save();
      note.focus();
    });
    onward.addEventListener("click", goOn);
    if (round) { round.addEventListener("click", goOn); }

    if (!isDone()) { set("cmi.completion_status", "incomplete"); }
    (kept.answers || []).forEach(function (value, index) {
      var input = value === null ? null : questions[index].querySelector("input[value='" + Number(value) + "']");
      if (input) { input.checked = true; }
    });
    if (kept.isChecked) { display(); }
    save();
  }

  window.addEventListener("pagehide", function () { finish(""); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });

  var form = document.getElementById("test");
  var pages = Array.prototype.slice.call(document.querySelectorAll(".page"));
  if (pages.length) { turnPages(pages, objective(document.querySelector("main").dataset.objective)); }
  if (form) { markQuestions(); }
}());
