/** How far the fetching of a model is, or how it ended. */

import { el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';

/** @import { Gradio } from '../kit/gradio.js' */

/** @typedef {{ title: string, state: string, share: number, sentence: string }} Fetching */

class Getting {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.fill = el('div', { class: 'sl-progress-fill' });
    this.bar = el('div', {
      class: 'sl-progress-bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100,
    }, this.fill);
    this.title = el('p', { class: 'sl-getting-title' });
    this.sentence = el('p', { class: 'sl-progress-sentence' });
    this.work = el('div', { class: 'sl-progress-work' }, this.title, this.bar, this.sentence);
    this.end = el('p', { role: 'status' });
    this.panel = el('section', { class: 'sl-progress', 'aria-label': 'Fetching a model', hidden: true }, this.work, this.end);
    root.replaceChildren(this.panel);
  }

  /** @param {Fetching | null} raw */
  update(raw) {
    const value = plain(raw);
    this.panel.hidden = !value;
    if (!value) return;
    const { title, state, share, sentence } = value;
    const busy = state === 'queued' || state === 'running';
    const reached = Math.round(share * 100);
    this.work.hidden = !busy;
    this.title.textContent = `Fetching ${title}`;
    this.fill.style.width = `${reached}%`;
    this.bar.setAttribute('aria-label', `Fetching ${title}`);
    this.bar.setAttribute('aria-valuenow', String(reached));
    this.bar.setAttribute('aria-valuetext', sentence);
    this.sentence.textContent = sentence;
    // Spoken once at the start and once at the end; the megabytes in between would be chatter.
    const said = busy ? `Fetching ${title}.` : gettingEnd(value);
    if (this.end.textContent !== said) this.end.textContent = said;
    this.end.className = busy ? 'sl-hidden' : { done: 'sl-done', failed: 'sl-error' }[state] ?? 'sl-banner';
  }
}

/** @param {Fetching} fetching */
function gettingEnd({ title, state, sentence }) {
  if (state === 'done') return `${sentence} It answers when you press “Use it”.`;
  return `${title}: ${sentence}`;
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const getting = new Getting(rootOf(gradio));
  follow(gradio, (value) => getting.update(value));
}
