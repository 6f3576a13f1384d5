/** Numbers and times, and how they read: the same as `app/words`, which a test compares. */

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/**
 * 3.2 or 1:03.2, to a tenth of a second.
 * @param {number} seconds
 */
export function clock(seconds) {
  const tenths = Math.floor(Math.max(seconds, 0) * 10 + 0.5);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1);
  return minutes ? `${minutes}:${rest.padStart(4, '0')}` : rest;
}

/**
 * 41 s or 3 min, at least a second.
 * @param {number} seconds
 */
export function aboutTime(seconds) {
  const whole = Math.max(Math.round(seconds), 1);
  return whole < 90 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}

/**
 * 83 %; never 0 % or 100 %, which nobody meant.
 * @param {number} probability
 */
export function percent(probability) {
  if (probability < 0.01) return 'under 1\u00a0%';
  if (probability > 0.99) return 'over 99\u00a0%';
  return `${Math.floor(probability * 100 + 0.5)}\u00a0%`;
}

/**
 * +1.3 or −0.2, in logits.
 * @param {number} value
 */
export function signed(value) {
  const text = Math.abs(value).toFixed(1);
  if (text === '0.0') return text;
  return value > 0 ? `+${text}` : `−${text}`;
}

/**
 * A time of day in the reader's own zone, or '' for something that is no time.
 * @param {string} iso
 */
export function timeOfDay(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : at.toLocaleTimeString([], { hour12: false });
}

/**
 * Day and time in the reader's own zone.
 * @param {string} iso
 */
export function dayAndTime(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short', hour12: false });
}
