/** Where videos are dropped or chosen; the list hears of them by `secondlook:files`. */

import { el, icon } from '../kit/dom.js';
import { plain, rootOf } from '../kit/gradio.js';
import { announce } from '../kit/news.js';
import { filesOf } from './folders.js';

/** @import { Gradio } from '../kit/gradio.js' */

const ICON = 'M12 3l5 5-1.4 1.4L13 6.8V16h-2V6.8L8.4 9.4 7 8z M5 18h14v2H5z';

class Area {
  /** @param {HTMLElement} root @param {string[]} accepted */
  constructor(root, accepted) {
    this.accepted = accepted;
    this.input = el('input', {
      type: 'file', multiple: true, class: 'sl-area-input', accept: this.accepted.join(','),
      'aria-label': 'Choose videos', on: { change: () => this.chosen() },
    });
    this.message = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.area = el('label', { class: 'sl-area' }, this.input, icon(ICON),
      el('strong', { text: 'Choose videos' }),
      el('span', { class: 'sl-area-hint', text: 'or drop them here, as many as you like, folders and ZIP files too' }));
    this.area.addEventListener('dragenter', (event) => this.over(event));
    this.area.addEventListener('dragover', (event) => this.over(event));
    for (const event of ['dragleave', 'dragend']) this.area.addEventListener(event, () => this.light(false));
    this.area.addEventListener('drop', (event) => this.dropped(event));
    root.replaceChildren(this.area, this.message);
  }

  /** @param {DragEvent} event */
  over(event) {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.light(true);
  }

  /** @param {boolean} on */
  light(on) {
    this.area.classList.toggle('sl-area-over', on);
  }

  chosen() {
    this.add([...(this.input.files ?? [])]);
    this.input.value = ''; // so that the same file can be chosen again
  }

  /** @param {DragEvent} event */
  async dropped(event) {
    event.preventDefault();
    this.light(false);
    if (!event.dataTransfer) return;
    try {
      this.add(await filesOf(event.dataTransfer, this.accepted));
    } catch {
      this.say('This folder could not be read. Choose the videos in it instead.');
    }
  }

  /** @param {File[]} files */
  add(files) {
    this.say(files.length ? '' : 'There is no video in it.');
    if (files.length) announce('secondlook:files', { files });
  }

  /** @param {string} sentence */
  say(sentence) {
    this.message.textContent = sentence;
    this.message.hidden = !sentence;
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Area(rootOf(gradio), plain(gradio.props.accepted) ?? []);
}
