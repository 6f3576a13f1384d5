/** Asks the server how the answers to videos of the list are. */

/** @import { Item } from './item.js' */

const AT_A_TIME = 100; // videos in one question

/** @param {Item[]} items that are stored */
export async function lookAt(items) {
  for (let at = 0; at < items.length; at += AT_A_TIME) await lookAtSome(items.slice(at, at + AT_A_TIME));
}

/** @param {Item[]} items */
async function lookAtSome(items) {
  try {
    const answer = await fetch(`progress?${items.map(({ video }) => `video=${video}`).join('&')}`);
    if (!answer.ok) return;
    const found = await answer.json();
    for (const item of items) {
      const { state, progress } = found[item.video ?? ''] ?? { state: 'stopped' };
      item.go(state, state === 'failed' ? progress?.error : '');
    }
  } catch {
    // The server is away; the next look may find it again.
  }
}
