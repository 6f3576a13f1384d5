/** Which videos somebody labels one after the other: kept for this window alone, also over a reload. */

/**
 * `list` is the address that it was begun at, `why` says of each video why it is there. An order that
 * `adapts` is asked for again after some labels; `saved` counts them since.
 * @typedef {{ ids: number[], list: string, why?: string[], adapts?: boolean, saved?: number }} Queue
 */

const NAME = 'secondlook:queue';
const LOADED = 2; // videos that are loaded ahead
const HELD = 2; // this video and the next one keep their place in a new order

/** @param {Queue} queue */
export function keepQueue(queue) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(queue));
  } catch {
    // Forbidden: the first video opens, and nothing leads on from it.
  }
}

/** @returns {Queue | null} */
export function keptQueue() {
  try {
    return queueIn(sessionStorage.getItem(NAME));
  } catch {
    return null;
  }
}

export function dropQueue() {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Nothing is kept.
  }
}

/**
 * What a text says, if it is a queue; it may have been written by anybody.
 * @param {string | null} text
 * @returns {Queue | null}
 */
export function queueIn(text) {
  let read;
  try {
    read = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  const isWhole = Array.isArray(read?.ids) && read.ids.every(Number.isSafeInteger);
  const isHere = typeof read?.list === 'string' && /^\/(?!\/)/.test(read.list);
  if (!isWhole || !isHere) return null;
  const { ids, list, why, adapts, saved } = read;
  const reasons = Array.isArray(why) ? why.map(String) : [];
  return { ids, list, why: reasons, adapts: adapts === true, saved: Number.isSafeInteger(saved) ? saved : 0 };
}

/**
 * Where `video` stands, why it is there, and what comes before and after it; null if it is not in
 * the queue.
 * @param {Queue | null} queue
 * @param {number | null} video
 */
export function placeIn(queue, video) {
  const at = queue && video !== null ? queue.ids.indexOf(video) : -1;
  if (!queue || at < 0) return null;
  return {
    place: at + 1,
    of: queue.ids.length,
    why: queue.why?.[at] ?? '',
    before: queue.ids[at - 1] ?? null,
    next: queue.ids[at + 1] ?? null,
    coming: queue.ids.slice(at + 1, at + 1 + LOADED),
  };
}

/**
 * The queue with what comes after `video` and the next one in the order that is best by now. What
 * was passed keeps its place, and what is in the new order no more was labelled by somebody else.
 * @param {Queue} queue
 * @param {number} video
 * @param {{ ids: number[], why: string[] }} fresh
 * @returns {Queue}
 */
export function renewed(queue, video, fresh) {
  const keep = queue.ids.indexOf(video) + HELD;
  const before = queue.ids.slice(0, keep);
  const passed = new Set(before);
  const after = fresh.ids.flatMap((id, i) => (passed.has(id) ? [] : [{ id, why: fresh.why[i] ?? '' }]));
  return {
    ...queue,
    ids: [...before, ...after.map(({ id }) => id)],
    why: [...before.map((_, i) => queue.why?.[i] ?? ''), ...after.map(({ why }) => why)],
    saved: 0,
  };
}
