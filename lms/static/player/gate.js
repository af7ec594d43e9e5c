/* How much of what a package says is listened to: its own items, in order, and no more than the player can keep.
 *
 * A package can speak in our wrapper's name, which is of its own origin. That may change its own data, as its SCOs may;
 * it must neither fill this device nor hold up the player.
 */

const MOST_CHANGES = 50000; // that the server has not acknowledged
const MOST_LENGTH = 96 * 1024 * 1024; // characters of them
const FARTHEST = 100000; // numbers left out at once; an honest wrapper leaves out none

export class Gate {
  constructor(next) {
    this.next = next;
    this.delivered = new Set(); // items that this frame was given
    this.finished = true; // whether the item at hand has said that it ended
    this.owed = []; // {number, length} of what is not acknowledged
    this.length = 0;
  }

  get isFlooded() {
    return this.owed.length > MOST_CHANGES || this.length > MOST_LENGTH;
  }

  deliver(activity) {
    this.delivered.add(activity);
    this.activity = activity;
    this.finished = false;
  }

  // Tells whether a change counts: of an item that was delivered, with a number that may be the next.
  admits({ number, activity, element, value }) {
    if (!this.delivered.has(activity) || number < this.next || number > this.next + FARTHEST) return false;
    this.next = number + 1;
    const length = element.length + value.length;
    this.owed.push({ number, length });
    this.length += length;
    return true;
  }

  // Tells whether the end of an item counts: an item ends once.
  admitsEnd(activity) {
    if (this.finished || activity !== this.activity) return false;
    this.finished = true;
    return true;
  }

  acknowledge(end) {
    const kept = this.owed.findIndex(({ number }) => number >= end);
    const gone = this.owed.splice(0, kept < 0 ? this.owed.length : kept);
    for (const { length } of gone) this.length -= length;
  }
}
