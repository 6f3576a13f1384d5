/** The row of buttons under the picture. */

import { el, iconButton, nameButton } from '../kit/dom.js';
import { clock } from '../kit/numbers.js';
import { ICONS } from './icons.js';

/** @import { Player } from './player.js' */

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

export class PlayerButtons {
  /** @param {Player} player */
  constructor(player) {
    this.play = iconButton(ICONS.play, 'Play', 'Space', () => player.toggle());
    this.loop = iconButton(ICONS.loop, 'Repeat', 'L', () => player.setLoop(!player.video.loop));
    this.sound = iconButton(ICONS.sound, 'Sound off', 'M', () => player.setMuted(!player.video.muted));
    this.clock = el('span', { class: 'sl-clock' });
    this.speed = el('select', {
      class: 'sl-select', 'aria-label': 'Speed', title: 'Speed (< and >)',
      on: { change: () => player.setSpeed(Number(this.speed.value)) },
    }, ...SPEEDS.map((speed) => el('option', { value: speed, text: `${speed}×`, selected: speed === 1 })));
    this.root = el('div', { class: 'sl-controls', role: 'group', 'aria-label': 'Playing' },
      this.play,
      iconButton(ICONS.back, 'One picture back', ',', () => player.step(-1)),
      iconButton(ICONS.forth, 'One picture forward', '.', () => player.step(1)),
      this.clock, el('span', { class: 'sl-spring' }), this.speed, this.loop, this.sound,
      iconButton(ICONS.whole, 'Full screen', 'F', () => player.toggleWhole()));
  }

  /** @param {number} t @param {number} duration */
  showTime(t, duration) {
    this.clock.textContent = `${clock(t)} / ${clock(duration)} s`;
  }

  /** @param {number} speed */
  showSpeed(speed) {
    this.speed.value = String(speed);
  }

  /** @param {boolean} on */
  showLoop(on) {
    this.loop.setAttribute('aria-pressed', String(on));
  }

  /** @param {boolean} on */
  showMuted(on) {
    nameButton(this.sound, on ? 'Sound on' : 'Sound off', 'M');
    this.sound.querySelector('path')?.setAttribute('d', on ? ICONS.silent : ICONS.sound);
  }

  /** @param {boolean} isPlaying */
  showPlaying(isPlaying) {
    nameButton(this.play, isPlaying ? 'Pause' : 'Play', 'Space');
    this.play.querySelector('path')?.setAttribute('d', isPlaying ? ICONS.pause : ICONS.play);
  }
}
