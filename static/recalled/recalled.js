/** What people called videos like this one: beside the model's answer, never mixed with it. */

import { el, safeUrl } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { shortcut } from '../kit/keys.js';
import { recall, remember } from '../kit/memory.js';
import { announce, listenWhileShown } from '../kit/news.js';
import { thumbnail } from '../kit/thumbnail.js';

/** @import { Gradio } from '../kit/gradio.js' */

/** @typedef {{ label: string, sentence: string, same?: boolean, like?: { id: number, name: string, link: string }[] }} RecalledValue */

class Recalled {
  /** @type {RecalledValue | null} */
  value = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.on = el('input', { type: 'checkbox', on: { change: () => this.switched() } });
    this.on.checked = recall('recalled', 'on') === 'on';
    this.words = el('p', { class: 'sl-recalled-words' });
    this.like = el('div', { class: 'sl-recalled-like', role: 'group', 'aria-label': 'The most similar videos' });
    this.use = el('button', {
      type: 'button', class: 'sl-button', 'aria-keyshortcuts': '0', on: { click: () => this.choose() },
    }, el('span', { class: 'sl-key', text: '0' }), el('span', { text: 'Use this label' }));
    this.body = el('div', { class: 'sl-recalled-body' }, this.words, this.use, this.like);
    this.panel = el('section', { class: 'sl-recalled', 'aria-label': 'Learned already', hidden: true },
      el('div', { class: 'sl-recalled-head' },
        el('h3', { text: 'Learned already' }),
        el('label', { class: 'sl-check' }, this.on, el('span', { text: 'Show' }))),
      this.body);
    this.said = el('p', { class: 'sl-hidden', 'aria-live': 'polite' });
    root.replaceChildren(this.panel, this.said);
    listenWhileShown(root, 'keydown', (event) => this.key(event));
  }

  /** @param {RecalledValue | null} raw */
  update(raw) {
    this.value = plain(raw);
    this.panel.hidden = !this.value;
    this.said.textContent = '';
    if (!this.value) return;
    const { label, sentence, same = false, like = [] } = this.value;
    this.words.replaceChildren(el('span', { text: sentence }), el('strong', { text: label }),
      el('span', { text: same ? '. The model says so, too.' : '. This is not the model’s answer.' }));
    this.use.hidden = same;
    this.like.hidden = !like.length;
    this.like.replaceChildren(...like.map(({ id, name, link }) => el('a', {
      href: safeUrl(link), title: name, class: 'sl-recalled-one',
    }, thumbnail(id), el('span', { text: name }))));
    this.switched();
  }

  switched() {
    remember('recalled', this.on.checked ? 'on' : 'off');
    this.body.hidden = !this.on.checked;
    this.said.textContent = this.value && this.on.checked ? this.words.textContent : '';
  }

  choose() {
    if (this.value && !this.value.same && this.on.checked) announce('secondlook:choose', { label: this.value.label });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (document.querySelector('dialog[open]') || event.repeat || shortcut(event) !== '0' || !this.value) return;
    event.preventDefault();
    this.choose();
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const recalled = new Recalled(rootOf(gradio));
  follow(gradio, (value) => recalled.update(value));
}
