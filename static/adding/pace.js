/** How long sending will still take, from how long it took so far; pauses do not count. */

const LEAST_S = 2; // before, nobody can tell
const LEAST_SHARE = 0.02;

export class Pace {
  spent = 0;
  /** @type {number | null} when it went on, in seconds; null in a pause */
  since = null;
  from = 0;

  /**
   * Begins anew, with `share` of the work done already.
   * @param {number} now
   * @param {number} [share]
   */
  begin(now, share = 0) {
    this.spent = 0;
    this.since = now;
    this.from = share;
  }

  /** @param {number} now */
  pause(now) {
    if (this.since !== null) this.spent += now - this.since;
    this.since = null;
  }

  /** @param {number} now */
  goOn(now) {
    this.since ??= now;
  }

  /**
   * Seconds that the rest takes; null while nobody can tell.
   * @param {number} now
   * @param {number} share 0..1 of the work that is done
   */
  remaining(now, share) {
    if (this.since === null) return null;
    const spent = this.spent + now - this.since;
    const done = share - this.from;
    return spent < LEAST_S || done < LEAST_SHARE ? null : (spent * (1 - share)) / done;
  }
}
