/** Key moments as small pictures, taken from the playing copy; a button each that goes there. */

import { el, safeUrl } from '../kit/dom.js';
import { clock } from '../kit/numbers.js';
import { contextOf, HeatMap } from './heatmap.js';
import { fieldAt } from './values.js';

/** @import { Crop, Evidence, VideoFacts } from './values.js' */

const STILL_WIDTH = 132;
const PATIENCE_MS = 4000;

export class KeyMoments {
  /** @type {HTMLVideoElement | null} */
  source = null;

  /** @param {{ onSeek: (t: number) => void }} heard */
  constructor({ onSeek }) {
    this.turn = 0;
    this.onSeek = onSeek;
    this.heat = new HeatMap();
    this.list = el('div', { class: 'sl-moments-list' });
    this.root = el('section', { class: 'sl-moments', 'aria-label': 'Key moments', hidden: true },
      el('h3', { text: 'Key moments' }), this.list);
  }

  /**
   * `seconds` of the chosen class, `view` as from `viewOf`.
   * @param {{ video: VideoFacts, crop: Crop }} value
   * @param {string} label
   * @param {number[]} seconds
   * @param {Evidence | null} view
   */
  draw({ video, crop }, label, seconds, view) {
    this.turn += 1;
    this.root.hidden = !seconds.length || !view;
    if (!seconds.length || !view) return;
    this.heat.place(view, crop);
    const height = Math.round((STILL_WIDTH * video.height) / Math.max(video.width, 1));
    const stills = seconds.map((t) => ({ t, canvas: el('canvas', { width: STILL_WIDTH, height, 'aria-hidden': 'true' }) }));
    this.list.replaceChildren(...stills.map(({ t, canvas }) => el('button', {
      type: 'button', class: 'sl-moment', 'aria-label': `Go to ${clock(t)} s, a key moment for ${label}`,
      on: { click: () => this.onSeek(t) },
    }, canvas, el('span', { text: `${clock(t)} s` }))));
    this.fill(stills, { video, crop, view }, this.turn);
  }

  /**
   * One after the other, from a player of its own that nobody sees; given up when outdated.
   * @param {{ t: number, canvas: HTMLCanvasElement }[]} stills
   * @param {{ video: VideoFacts, crop: Crop, view: Evidence }} shown
   * @param {number} turn
   */
  async fill(stills, { video, crop, view }, turn) {
    const source = this.sourceOf(video.src);
    for (const { t, canvas } of stills) {
      const there = await soughtTo(source, t);
      if (turn !== this.turn) return;
      if (there) this.paint(canvas, source, crop, fieldAt(view, 0, t));
    }
  }

  /** @param {string} src */
  sourceOf(src) {
    const address = safeUrl(src) ?? '';
    if (this.source?.dataset.src === address) return this.source;
    const source = el('video', { muted: true, preload: 'auto', playsinline: true });
    source.muted = true;
    source.dataset.src = address;
    source.src = address;
    this.source = source;
    return source;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLVideoElement} source
   * @param {Crop} crop
   * @param {ArrayLike<number> | null} field
   */
  paint(canvas, source, crop, field) {
    const { width, height } = canvas;
    const context = contextOf(canvas);
    context.drawImage(source, 0, 0, width, height);
    this.heat.paint(field);
    context.globalAlpha = 0.65;
    context.drawImage(this.heat.canvas, crop.x * width, crop.y * height, crop.width * width, crop.height * height);
    context.globalAlpha = 1;
  }
}

/**
 * Whether the player shows moment `t` within a few seconds.
 * @param {HTMLVideoElement} source
 * @param {number} t
 * @returns {Promise<boolean>}
 */
function soughtTo(source, t) {
  return new Promise((resolve) => {
    const done = (/** @type {boolean} */ there) => {
      clearTimeout(timer);
      source.removeEventListener('seeked', arrived);
      source.removeEventListener('error', failed);
      resolve(there);
    };
    const arrived = () => done(true);
    const failed = () => done(false);
    const timer = setTimeout(failed, PATIENCE_MS);
    source.addEventListener('seeked', arrived);
    source.addEventListener('error', failed);
    const seek = () => { source.currentTime = t + 0.001; };
    if (source.readyState >= 1) seek();
    else source.addEventListener('loadedmetadata', seek, { once: true });
  });
}
