/** What each key does to the player. */

import { shortcut } from '../kit/keys.js';

/** @import { Player } from './player.js' */

// What does something of its own with the space bar, or with the arrow keys too.
const OWN_SPACE = 'button, summary, input, select, textarea, audio, [role=radio], [role=tab], [role=button], [role=option]';
const OWN_ARROWS = 'input, select, textarea, audio, [role=radio], [role=tab], [role=slider], [role=listbox], [role=option]';

/**
 * What a key pressed anywhere on the page asks of `player`; null if what has the focus uses it.
 * @param {KeyboardEvent} event
 * @param {Player} player
 * @param {Element} track
 * @param {(direction: number) => void} [toPeak] goes to the next key moment or the one before
 * @returns {(() => void) | null}
 */
export function actionOf(event, player, track, toPeak = () => {}) {
  if (document.querySelector('dialog[open]')) return null;
  const { target } = event;
  /** @param {string} what */
  const uses = (what) => target !== track && target instanceof Element && target.closest(what) !== null;
  /** @type {Record<string, () => void>} */
  const actions = {
    f: () => player.toggleWhole(),
    ',': () => player.step(-1),
    '.': () => player.step(1),
    '<': () => player.faster(-1),
    '>': () => player.faster(1),
    k: () => player.toggle(),
    m: () => player.setMuted(!player.video.muted),
    l: () => player.setLoop(!player.video.loop),
  };
  if (!uses(OWN_SPACE)) actions[' '] = () => { if (!event.repeat) player.toggle(); };
  if (!uses(OWN_ARROWS)) {
    actions.ArrowLeft = () => (event.shiftKey ? toPeak(-1) : player.jump(-1));
    actions.ArrowRight = () => (event.shiftKey ? toPeak(1) : player.jump(1));
  }
  return actions[shortcut(event) ?? ''] ?? null;
}
