/** Which videos somebody labels one after the other: kept for this window alone, also over a reload. */

/** @typedef {{ ids: number[], list: string }} Queue `list` is the address that it was begun at */

const NAME = 'secondlook:queue';

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
  return isWhole && isHere ? { ids: read.ids, list: read.list } : null;
}

/**
 * Where `video` stands, and what comes before and after it; null if it is not in the queue.
 * @param {Queue | null} queue
 * @param {number | null} video
 */
export function placeIn(queue, video) {
  const at = queue && video !== null ? queue.ids.indexOf(video) : -1;
  if (!queue || at < 0) return null;
  return {
    place: at + 1, of: queue.ids.length, before: queue.ids[at - 1] ?? null, next: queue.ids[at + 1] ?? null,
  };
}
