/* A kept course as it plays on this device: beside the server while there is one, without it where there is none.
 *
 * What plays here must never stop what the server plays: where it fails it is given up until it is fetched anew.
 */

export class Mirror {
  constructor() {
    this.course = null;
    this.since = null; // what happens while the state of the course is fetched
  }

  get isActive() {
    return this.course !== null;
  }

  get state() {
    return this.course.state;
  }

  // Begins with a state of before, or, without one, as the page that holds the lease; `entries` come after it.
  async begin(document, state, entries) {
    const { LocalCourse } = await import("./local.js").catch(unread);
    const since = this.since || [];
    this.since = null;
    if (!LocalCourse) return void (this.course = null);
    this.attempted(() => {
      this.course = new LocalCourse(document, state);
      [...entries, ...since].forEach((entry) => this.replay(entry));
    });
  }

  // From now on what happens is remembered, until the next beginning.
  listen(entries) {
    this.since = [...entries];
  }

  forget() {
    this.course = null;
  }

  open() {
    return this.course.open();
  }

  take({ activity, element, value }) {
    this.since?.push({ activity, element, value });
    return this.attempted(() => this.course?.take({ activity, element, value })) ?? {};
  }

  ask(request) {
    const { activity, kind, target, isFinished } = request;
    this.since?.push({ activity, request: { kind, target, finished: isFinished } });
    return this.attempted(() => this.course?.ask(request)) ?? { refused: true };
  }

  replay({ activity, element, value, request }) {
    if (!request) this.course.take({ activity, element, value });
    else if (request.kind === "open") this.course.open();
    else this.course.ask({ activity, kind: request.kind, target: request.target, isFinished: request.finished });
  }

  attempted(work) {
    try {
      return work();
    } catch (error) {
      console.error(error);
      this.course = null;
      return null;
    }
  }
}

// A release has taken the script away, or the line is gone and so is what was kept of it.
function unread(error) {
  console.error(error);
  return {};
}
