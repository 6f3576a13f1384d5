/** The way from one key moment to another. */

const NEAR_S = 0.02;

/**
 * The key moment after `t` seconds, or before it for `direction` -1; past the last one comes the
 * first again. `peaks` are seconds, ascending; null without any.
 * @param {number[]} peaks
 * @param {number} t
 * @param {number} direction
 * @returns {number | null}
 */
export function peakFrom(peaks, t, direction) {
  const ahead = peaks.filter((peak) => direction * (peak - t) > NEAR_S);
  const found = direction > 0 ? ahead[0] ?? peaks[0] : ahead[ahead.length - 1] ?? peaks[peaks.length - 1];
  return found ?? null;
}
