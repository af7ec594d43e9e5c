/* What a navigation request comes to on the device, in SCORM 2004 without the rules of a manifest: the same as
 * scorm.sequencing (navigation, requests, flow, choice, termination, delivery, look-ahead) in Python.
 *
 * Control modes choice, flow and forwardOnly and a limit of attempts are all that there is here.
 */

const CONTROLS = ["previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"];
const ENDING = ["exitAll", "abandonAll", "suspendAll"];
const TRIED = ["previous", "choice", "jump"];
const FORWARD = "forward";
const BACKWARD = "backward";

// Carries out a request [OP.1]: {delivered, isResumed, hasEnded, isAttemptOver, isRefused, code}.
export function sequence(state, request, target = null) {
  const place = target === null ? null : (state.tree.places.get(target) ?? null);
  const navigation = navigate(state, request, place);
  const code = navigation.code || futility(state, navigation);
  if (code) return { code, isRefused: true };
  let { sequencing } = navigation;
  if (navigation.termination) {
    const found = terminate(state, navigation.termination);
    if (found.code) return { code: found.code };
    if (!(found.isAtRoot && ["choice", "jump"].includes(sequencing))) sequencing = found.sequencing || sequencing;
  }
  if (!sequencing) return { code: "" };
  const found = search(state, sequencing, navigation.target);
  if (found.isEnd) return end(state, found.code);
  return found.place === undefined ? { code: found.code || "" } : deliver(state, found.place);
}

function deliver(state, place) {
  const code = whyNotDelivered(state, place);
  if (code) return { code };
  if (state.isRunning) return { code: "DB.2-1" };
  if (place !== state.suspended) clearSuspended(state, place);
  state.terminateDescendents(place);
  let isResumed = false;
  for (const at of state.tree.path(place, 0).reverse()) {
    if (state.records[at].isActive) continue;
    const isNew = state.beginAttempt(at);
    isResumed = at === place && !isNew;
  }
  state.current = place;
  state.suspended = null;
  return { delivered: state.tree.nodes[place].id, isResumed, code: "" };
}

function clearSuspended(state, place) {
  const { suspended, tree } = state;
  if (suspended === null) return;
  for (const at of tree.path(suspended, tree.commonAncestor(place, suspended)).slice(0, -1)) {
    const isHeld = tree.nodes[at].children.some((child) => state.records[child].isSuspended);
    if (!isHeld) state.writable(at).isSuspended = false;
  }
  state.suspended = null;
}

function end(state, code) {
  state.current = null;
  const isAttemptOver = !state.records[0].isSuspended;
  if (isAttemptOver && !state.keepsObjectives) state.globals.clear();
  return { hasEnded: true, isAttemptOver, code: code || "" };
}

// ------------------------------------------------------------------ navigation [NB.2.1]

function navigate(state, request, target = null) {
  const { current } = state;
  if (request === "start" || request === "resumeAll") {
    if (current !== null) return { code: "NB.2.1-1" };
    return request === "resumeAll" && state.suspended === null ? { code: "NB.2.1-3" } : { sequencing: request };
  }
  if (request === "choice") return navigateChoice(state, target);
  if (current === null) return { code: "NB.2.1-2" };
  const termination = state.records[current].isActive ? "exit" : null;
  if (request === "jump") return target === null ? { code: "NB.2.1-11" } : { termination, sequencing: "jump", target };
  if (ENDING.includes(request)) return { termination: request, sequencing: "exit" };
  if (request === "exit" || request === "abandon") {
    return termination ? { termination: request, sequencing: "exit" } : { code: "NB.2.1-12" };
  }
  return navigateFlow(state, request, termination);
}

function navigateFlow(state, request, termination) {
  const parent = state.tree.nodes[state.tree.nodes[state.current].parent];
  if (request === "continue") return parent?.flow ? { termination, sequencing: "continue" } : { code: "NB.2.1-4" };
  if (request !== "previous") return { code: "NB.2.1-13" };
  if (!parent) return { code: "NB.2.1-6" };
  return parent.flow && !parent.forwardOnly ? { termination, sequencing: "previous" } : { code: "NB.2.1-5" };
}

function navigateChoice(state, target) {
  if (target === null) return { code: "NB.2.1-11" };
  const parent = state.tree.nodes[state.tree.nodes[target].parent];
  if (parent && !parent.choice) return { code: "NB.2.1-10" };
  const termination = state.isRunning ? "exit" : null;
  return { termination, sequencing: "choice", target };
}

// ------------------------------------------------------------------ termination [TB.2.3]

function terminate(state, request) {
  const { current, tree } = state;
  if (request === "exit") {
    state.endAttempt(current);
    return current === 0 ? { sequencing: "exit", isAtRoot: true } : {};
  }
  if (request === "abandon") {
    state.writable(current).isActive = false;
    return {};
  }
  if (request === "exitAll") return exitAll(state);
  if (request === "suspendAll") return suspendAll(state) || exitAll(state);
  tree.path(current, 0).forEach((place) => (state.writable(place).isActive = false));
  state.current = 0;
  return { sequencing: "exit" };
}

function exitAll(state) {
  const { current } = state;
  if (state.isRunning) state.endAttempt(current);
  state.terminateDescendents(0);
  if (current !== 0 || state.records[0].isActive) state.endAttempt(0);
  state.current = 0;
  return { sequencing: "exit" };
}

// At the root, where nothing runs, there is nothing to suspend: null.
function suspendAll(state) {
  const { current, tree } = state;
  const { isActive, isSuspended } = state.records[current];
  if (isActive || isSuspended) {
    state.rollUpFrom(current);
    state.suspended = current;
  } else if (current !== 0) {
    state.suspended = tree.nodes[current].parent;
  } else {
    return null;
  }
  for (const place of tree.path(state.suspended, 0)) {
    Object.assign(state.writable(place), { isActive: false, isSuspended: true });
  }
  state.current = 0;
  return { sequencing: "exit" };
}

// ------------------------------------------------------------------ what is looked for, and what is found [SB.2.12]

function search(state, request, target) {
  const { current, tree } = state;
  if (request === "start") {
    if (current !== null) return { code: "SB.2.5-1" };
    return tree.nodes[0].isLeaf ? { place: 0 } : foundBy(flow(state, 0, FORWARD, true));
  }
  if (request === "resumeAll") return { place: state.suspended };
  if (request === "choice") return searchChoice(state, target);
  if (request === "jump") return { place: target };
  if (request === "exit") return { isEnd: tree.nodes[current].parent < 0 };
  if (current === null) return { code: request === "continue" ? "SB.2.7-1" : "SB.2.8-1" };
  const parent = tree.nodes[tree.nodes[current].parent];
  if (parent && !parent.flow) return { code: request === "continue" ? "SB.2.7-2" : "SB.2.8-2" };
  return foundBy(flow(state, current, request === "continue" ? FORWARD : BACKWARD, false));
}

function foundBy(flowed) {
  return flowed.isDeliverable ? { place: flowed.place } : { isEnd: flowed.isEnd, code: flowed.code };
}

function searchChoice(state, target) {
  const { nodes } = state.tree;
  const parent = nodes[nodes[target].parent];
  if (parent && !parent.choice) return { code: "SB.2.9-4" };
  const { current } = state;
  const isSibling = current !== null && current !== target && nodes[current].parent === nodes[target].parent;
  if (isSibling && target < current && parent?.forwardOnly) return { code: "SB.2.4-2" };
  if (nodes[target].isLeaf) return { place: target };
  const found = flow(state, target, FORWARD, true);
  if (found.isDeliverable) return { place: found.place };
  const shared = current === null ? 0 : state.tree.commonAncestor(current, target);
  state.terminateDescendents(shared);
  state.endAttempt(shared);
  state.current = target;
  return { code: "SB.2.9-9" };
}

// ------------------------------------------------------------------ flow [SB.2.3, SB.2.2, SB.2.1]

function flow(state, place, direction, enters) {
  const step = traverse(state, place, direction, enters);
  return step.place === undefined ? { place, ...step } : walk(state, step.place, direction);
}

function walk(state, place, direction) {
  const { nodes } = state.tree;
  for (;;) {
    const node = nodes[place];
    if (node.parent >= 0 && !nodes[node.parent].flow) return { place, code: "SB.2.2-1" };
    if (isUnavailable(state, node)) return { place, code: "SB.2.2-2" };
    if (node.isLeaf) return { place, isDeliverable: true };
    const step = traverse(state, place, direction, true);
    if (step.place === undefined) return { place, ...step };
    ({ place, direction } = step);
  }
}

function traverse(state, place, direction, enters) {
  const { nodes } = state.tree;
  for (;;) {
    const node = nodes[place];
    const isEntering = enters && !node.isLeaf;
    if (direction === FORWARD) {
      const isLast = node.isLeaf && place === state.lastActivity();
      if ((node.parent < 0 && !isEntering) || isLast) return leaveCourse(state);
    } else if (node.parent < 0 && !isEntering) {
      return { code: "SB.2.1-3" };
    }
    if (isEntering) return entered(node, direction);
    const parent = nodes[node.parent];
    if (direction === BACKWARD && parent.forwardOnly) return { code: "SB.2.1-4" };
    const at = parent.children.indexOf(place) + (direction === FORWARD ? 1 : -1);
    if (at >= 0 && at < parent.children.length) return { place: parent.children[at], direction };
    [place, enters] = [parent.place, false];
  }
}

function entered(node, direction) {
  if (direction === FORWARD || node.forwardOnly) return { place: node.children[0], direction: FORWARD };
  return { place: node.children.at(-1), direction: BACKWARD };
}

function leaveCourse(state) {
  state.terminateDescendents(0);
  if (state.records[0].isActive) state.endAttempt(0);
  return { isEnd: true, code: "" };
}

// ------------------------------------------------------------------ the last gate, and trials

function whyNotDelivered(state, place) {
  const { nodes } = state.tree;
  if (!nodes[place].isLeaf) return "DB.1.1-1";
  return state.tree.path(place, 0).some((at) => isUnavailable(state, nodes[at])) ? "DB.1.1-3" : "";
}

function isUnavailable(state, node) {
  if (node.limit === null || !node.isTracked) return false;
  const { isActive, isSuspended, attempts } = state.records[node.place];
  return !isActive && !isSuspended && attempts >= node.limit;
}

function futility(state, { sequencing, target = null }) {
  if (!TRIED.includes(sequencing) || !trial(state, sequencing, target)) return "";
  return trial(ended(state), sequencing, target);
}

function ended(state) {
  const fork = state.fork();
  if (fork.isRunning) fork.endAttempt(fork.current);
  return fork;
}

function trial(after, request, target) {
  const fork = after.fork();
  const found = search(fork, request, target);
  return found.place !== undefined ? whyNotDelivered(fork, found.place) : found.code || "SB.2.12-1";
}

// ------------------------------------------------------------------ what would succeed now

// {controls, entries: [{id, depth, isVisible, isEnabled}], valid, jumps, isLast}
export function lookAhead(state) {
  const { nodes } = state.tree;
  const after = ended(state);
  const valid = CONTROLS.filter((control) => isValid(state, after, control));
  const hidden = state.current !== null && nodes[state.current].isLeaf ? nodes[state.current].hidden : [];
  const offer = (control) => (hidden.includes(control) ? "hidden" : valid.includes(control) ? "enabled" : "disabled");
  const isLast = valid.includes("continue") && search(after.fork(), "continue", null).isEnd === true;
  return {
    controls: Object.fromEntries(CONTROLS.map((control) => [control, offer(control)])),
    entries: entriesOf(state, after),
    valid,
    jumps: state.current === null ? [] : jumpsOf(state, after),
    isLast,
  };
}

function isValid(state, after, control) {
  if (navigate(state, control).code) return false;
  return control !== "previous" || !trial(after, "previous", null);
}

function entriesOf(state, after) {
  const { nodes } = state.tree;
  const below = [];
  return nodes.map((node) => {
    const depth = node.parent < 0 ? 0 : below[node.parent];
    below[node.place] = depth + (node.isVisible && node.place ? 1 : 0);
    return { id: node.id, depth, isVisible: node.isVisible, isEnabled: canBeChosen(state, after, node.place) };
  });
}

function canBeChosen(state, after, place) {
  return !navigate(state, "choice", place).code && !trial(after, "choice", place);
}

function jumpsOf(state, after) {
  return state.tree.leaves.filter((node) => !whyNotDelivered(after, node.place)).map((node) => node.id);
}
