/* What a course amounts to on the device: the same as courses.attempts.rule in Python, function by function.
 *
 * It is a preview: what counts is what the server makes of the same changes when it has them.
 * A part is {isVisited, isRunning, isAwaited, isCompleted, isPassed, score, mastery, weight, isTracked}; `rule` is
 * {passMark, completesBy}.
 */

const isHeard = (part) => part.isVisited && !part.isAwaited;
const isFinished = (part) => part.isCompleted || part.isPassed === true;
const hasScore = (part) => part.score !== null;

export function resultOf(parts, rule) {
  const scored = parts.filter(hasScore);
  const isSeen = parts.length > 0 && parts.every(isHeard);
  const mark = isSeen ? mean(scored.map((part) => part.score)) : null;
  const needed = rule.passMark ?? mean(scored.map((part) => part.mastery).filter((mastery) => mastery !== null));
  const isSaid = parts.length > 0 && parts.every((part) => part.isCompleted);
  const isCompleted = completes(rule, parts, isSaid, reaches(mark, needed));
  return {
    isCompleted,
    isPassed: isSeen ? success(parts, mark, needed, isCompleted) : null,
    mark,
    progress: progressOf(rule, parts, isCompleted),
  };
}

// `root` is what the rollup says: {isCompleted, isSatisfied, isMeasured}
export function resultOf2004(root, parts, rule) {
  const tracked = parts.filter((part) => part.isTracked);
  if (!tracked.length && !parts.every(isHeard)) root = { isCompleted: null, isSatisfied: null, isMeasured: false };
  const isSaid = root.isCompleted === true;
  const isSeen = isSaid || (tracked.length > 0 && tracked.every(isHeard));
  const mark = isSeen ? weightedMean(tracked.filter(hasScore)) : null;
  const counted = rule.completesBy === "pages_visited" || !tracked.length ? parts : tracked;
  const isCompleted = completes(rule, counted, isSaid, reaches(mark, rule.passMark));
  return {
    isCompleted,
    isPassed: success2004(root, tracked, mark, rule.passMark, isCompleted, isSeen),
    mark,
    progress: isCompleted ? 1 : progressOf(rule, counted, isCompleted),
  };
}

function completes(rule, parts, isSaid, isReached) {
  if (rule.completesBy === "score") return isReached;
  if (rule.completesBy === "all_scos") return parts.length > 0 && parts.every(isFinished);
  if (rule.completesBy === "pages_visited") return parts.length > 0 && parts.every((part) => part.isVisited);
  return isSaid;
}

function progressOf(rule, parts, isCompleted) {
  if (isCompleted || !parts.length) return isCompleted ? 1 : 0;
  const isDone = (part) => (rule.completesBy === "pages_visited" ? part.isVisited : part.isCompleted);
  return parts.filter(isDone).length / parts.length;
}

function success(parts, mark, needed, isCompleted) {
  if (parts.some((part) => part.isPassed === false)) return false;
  if (!isCompleted && !parts.every(isFinished)) return null;
  return parts.some((part) => part.isPassed) || successByMark(parts, mark, needed, isCompleted);
}

function success2004(root, parts, mark, needed, isCompleted, isSeen) {
  const saysSuccess = root.isMeasured || parts.some((part) => part.isPassed !== null);
  if (saysSuccess && root.isSatisfied !== null) return root.isSatisfied ? true : isSeen ? false : null;
  if (!isCompleted && !root.isCompleted) return null;
  if (parts.some((part) => part.isPassed === false)) return false;
  return successByMark(parts, mark, needed, isCompleted);
}

function successByMark(parts, mark, needed, isCompleted) {
  if (mark !== null) return needed === null || mark >= needed;
  return isCompleted && !parts.some((part) => part.isRunning) ? true : null;
}

function reaches(mark, needed) {
  return mark !== null && (needed === null || mark >= needed);
}

function mean(numbers) {
  return numbers.length ? rounded(numbers.reduce((sum, number) => sum + number, 0) / numbers.length) : null;
}

function weightedMean(scored) {
  const weights = scored.reduce((sum, part) => sum + part.weight, 0);
  if (!scored.length || weights <= 0) return mean(scored.map((part) => part.score));
  return rounded(scored.reduce((sum, part) => sum + part.score * part.weight, 0) / weights);
}

function rounded(number) {
  return Math.round(number * 1e9) / 1e9;
}

// The best of what was before and what is now; nothing ever falls.
export function raisedResult(best, found) {
  return {
    isCompleted: best.isCompleted || found.isCompleted,
    isPassed: found.isPassed === null ? best.isPassed : best.isPassed || found.isPassed,
    mark: best.mark === null ? found.mark : Math.max(best.mark, found.mark ?? best.mark),
    progress: Math.max(best.progress, found.progress),
    measuredCs: best.measuredCs,
  };
}
