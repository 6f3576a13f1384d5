/** Taking the labels away: a format, with or without the videos, and one button that downloads. */

import { el } from '../kit/dom.js';
import { plain, rootOf } from '../kit/gradio.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @typedef {{ key: string, name: string, purpose: string, ending: string, only_media: boolean }} Format */

class Export {
  /** @param {HTMLElement} root @param {Format[]} formats @param {Gradio['server']} server */
  constructor(root, formats, server) {
    this.server = server;
    this.formats = formats;
    this.chosen = formats[0];
    this.videos = el('input', { type: 'checkbox', on: { change: () => this.update() } });
    this.asOf = el('input', { type: 'datetime-local', class: 'sl-input', on: { change: () => this.moment() } });
    this.count = el('p', { role: 'status', class: 'sl-export-count', id: 'export-said' });
    this.button = el('a', { class: 'sl-button sl-button-main', text: 'Download', download: '' });
    root.replaceChildren(
      el('h2', { class: 'sl-exchange-title', text: 'Export' }), el('p', { text: 'This only makes a copy.' }),
      el('fieldset', { class: 'sl-formats' }, el('legend', { text: 'Format' }), ...formats.map((one) => this.choice(one))),
      el('div', { class: 'sl-export-more' },
        el('label', { class: 'sl-check' }, this.videos, el('span', { text: 'With the videos (ZIP)' })),
        el('label', {}, el('span', { text: 'Labels as of (empty: now)' }), this.asOf)),
      el('div', { class: 'sl-export-go' }, this.button, this.count));
    this.update();
    this.moment();
  }

  /** @param {Format} format */
  choice(format) {
    const input = el('input', {
      type: 'radio', name: 'sl-format', value: format.key, checked: format === this.chosen,
      on: { change: () => { this.chosen = format; this.update(); } },
    });
    return el('label', { class: 'sl-format' }, input,
      el('span', {}, el('strong', { text: format.name }), el('span', { class: 'sl-format-purpose', text: `${format.purpose} (${format.ending})` })));
  }

  /** The moment with its zone, as the server wants it; '' for now. */
  get iso() {
    const moment = new Date(this.asOf.value);
    return this.asOf.value && !Number.isNaN(moment.getTime()) ? moment.toISOString() : '';
  }

  update() {
    if (this.chosen.only_media) this.videos.checked = true;
    this.videos.disabled = this.chosen.only_media;
    const asked = new URLSearchParams();
    if (this.videos.checked) asked.set('with_videos', 'true');
    if (this.iso) asked.set('as_of', this.iso);
    this.button.href = `/labels/${this.chosen.key}${asked.size ? `?${asked}` : ''}`;
  }

  /** Says how many labels there were at that moment. */
  async moment() {
    this.update();
    const asked = this.iso;
    const said = await this.server.outlook(asked).catch(() => null);
    if (asked === this.iso) this.count.textContent = plain(said) ?? '';
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Export(rootOf(gradio), plain(gradio.props.formats) ?? [], gradio.server);
}
