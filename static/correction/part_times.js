/** The edges of a part of a video: always whole pictures, never outside, never empty. */

/** @typedef {{ start: number, end: number }} Part seconds */
/** @typedef {{ duration: number, fps: number }} Clock */

const USUAL_FPS = 25;

/**
 * The beginning of the picture that is shown at `t`.
 * @param {number} t
 * @param {Clock} clock
 */
export function pictureAt(t, { duration, fps }) {
  const rate = fps > 0 ? fps : USUAL_FPS;
  const last = Math.max(Math.ceil(duration * rate - 1e-6) - 1, 0);
  return Math.min(Math.max(Math.floor(t * rate + 1e-3), 0), last) / rate;
}

/**
 * The part with one edge moved to the picture at `t`. A beginning at or after the end takes the end
 * along, and the other way round, so that there is always one picture in it.
 * @param {Part | null} part
 * @param {'start' | 'end'} edge
 * @param {number} t
 * @param {Clock} clock
 * @returns {Part}
 */
export function withEdge(part, edge, t, clock) {
  const frame = 1 / (clock.fps > 0 ? clock.fps : USUAL_FPS);
  const at = pictureAt(t, clock);
  const after = Math.min(at + frame, clock.duration);
  if (edge === 'start') {
    const end = part && part.end > at + frame / 2 ? part.end : clock.duration;
    return { start: at, end };
  }
  const start = part && part.start < after - frame / 2 ? part.start : 0;
  return { start, end: after };
}

/**
 * The part with one edge moved by whole pictures; it keeps at least one.
 * @param {Part} part
 * @param {'start' | 'end'} edge
 * @param {number} frames
 * @param {Clock} clock
 * @returns {Part}
 */
export function nudged(part, edge, frames, clock) {
  const frame = 1 / (clock.fps > 0 ? clock.fps : USUAL_FPS);
  const moved = part[edge] + frames * frame;
  if (edge === 'start') return { ...part, start: Math.min(Math.max(moved, 0), part.end - frame) };
  return { ...part, end: Math.max(Math.min(moved, clock.duration), part.start + frame) };
}
