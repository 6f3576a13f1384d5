/** Several methods' curves for one class under one play head. */

import { breakable, el, safeUrl } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { listenWhileShown, tell } from '../kit/news.js';
import { clock, percent } from '../kit/numbers.js';
import { howToRead } from '../viewer/how_to_read.js';
import { Player } from '../viewer/player.js';
import { Timeline } from '../viewer/timeline.js';
import { inGap, LEAST_STEP_S } from '../viewer/values.js';
import { momentsTable, wayAt, wayRow, waysTable } from './ways.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { Crop, Stretch, VideoFacts } from '../viewer/values.js' */
/** @import { MethodCurves } from './ways.js' */

/**
 * What `app/components/methods.py` sends.
 * @typedef {object} MethodsValue
 * @property {VideoFacts} video
 * @property {Crop} crop
 * @property {number | null} start_at
 * @property {Stretch[]} gaps
 * @property {string} back
 * @property {string} about
 * @property {{ label: string, probability: number }[]} classes
 * @property {MethodCurves[]} ways
 */

class MethodsPage {
  /** @type {MethodsValue | null} */
  value = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.chosen = 0;
    this.player = new Player({ onTime: (t) => this.showTime(t) });
    this.timeline = new Timeline({ onSeek: (t) => this.player.seek(t) });
    this.back = el('a', { class: 'sl-methods-back', text: 'Back to the answer' });
    this.name = el('h2', { class: 'sl-video-name' });
    this.about = el('p', { class: 'sl-methods-about' });
    this.select = el('select', {
      class: 'sl-select', on: { change: () => this.choose(Number(this.select.value)) },
    });
    this.table = el('div', { class: 'sl-table-place', tabindex: 0, role: 'region', 'aria-label': 'The methods' });
    this.numbers = el('div', { class: 'sl-table-place', tabindex: 0, role: 'region', 'aria-label': 'Numbers over time' });
    this.asked = el('div', { class: 'sl-methods-asked' },
      el('label', { class: 'sl-methods-class' }, el('span', { text: 'What speaks for' }), this.select),
      this.timeline.root, howToRead(HOW_TO_READ), this.table,
      el('details', { class: 'sl-details' }, el('summary', { text: 'The curves as a table' }), this.numbers));
    this.body = el('div', { class: 'sl-methods', hidden: true },
      this.back, this.name, this.player.stage, this.player.controls, this.about, this.asked);
    root.replaceChildren(this.body);
    listenWhileShown(root, 'keydown', (event) => {
      if (this.value) this.player.key(event, this.timeline.track);
    });
  }

  /** @param {MethodsValue | null} raw */
  update(raw) {
    this.value = plain(raw);
    const { value, player } = this;
    this.body.hidden = !value;
    if (!value) {
      player.video.pause();
      return;
    }
    value.video.duration = Math.max(value.video.duration, LEAST_STEP_S);
    this.back.href = safeUrl(value.back) ?? '';
    this.name.replaceChildren(...breakable(value.video.name));
    tell('secondlook:shown', { name: value.video.name });
    this.about.textContent = value.about;
    this.asked.hidden = !value.ways.length;
    if (this.chosen >= value.classes.length) this.chosen = 0;
    this.select.replaceChildren(...value.classes.map(({ label, probability }, c) => el('option', {
      value: c, text: `${label} (${percent(probability)})`, selected: c === this.chosen,
    })));
    player.frame(value.crop);
    this.draw(value);
    player.load(value.video, value.start_at);
    this.showTime(player.time);
  }

  /** @param {number} c */
  choose(c) {
    this.chosen = c;
    if (!this.value) return;
    this.draw(this.value);
    this.showTime(this.player.time);
  }

  /** @param {MethodsValue} value */
  draw(value) {
    const { chosen } = this;
    const { label } = value.classes[chosen];
    this.timeline.draw({
      duration: value.video.duration,
      fps: value.video.fps,
      rows: value.ways.map((way) => wayRow(way, chosen, value.video.duration)),
      gaps: value.gaps,
    }, (t) => this.describe(value, t));
    if (!value.ways.length) return;
    this.table.replaceChildren(waysTable(value.ways, chosen, label));
    this.numbers.replaceChildren(momentsTable(value, chosen, label));
  }

  /** @param {number} t */
  showTime(t) {
    if (this.value) this.timeline.showTime(t);
  }

  /** @param {MethodsValue} value @param {number} t */
  describe({ ways, gaps }, t) {
    if (inGap(gaps, t)) return [`${clock(t)} s`, 'not analysed'];
    return [`${clock(t)} s`,
      ...ways.map((way) => `${way.name}, ${way.stage} ${wayAt(way, this.chosen, t) ?? ''}`)];
  }
}

const HOW_TO_READ = [
  'Above the dashed line a moment speaks for the class, below it against; some methods cannot say the latter.',
  'Methods that add up to the score are in its unit (logits) and share one scale: their heights can be compared.',
  'Every other method has a unit of its own and is scaled to its own maximum over all classes: compare shapes only.',
  'All methods are placed where their steps look; as other tools draw them they are late by up to half a second.',
];

/** @param {Gradio} gradio */
export function mount(gradio) {
  const methodsPage = new MethodsPage(rootOf(gradio));
  follow(gradio, (value) => methodsPage.update(value));
}
