/** What the page is called: its one first heading, and the title of its tab. */

import { breakable, el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { hear } from '../kit/news.js';

/** @import { Gradio } from '../kit/gradio.js' */

const PROGRAM = 'Second Look';

class Heading {
  value = { title: '', about: '', is_video: false };
  title = '';

  /** @param {HTMLElement} root */
  constructor(root) {
    this.name = el('h1');
    this.about = el('p', { class: 'sl-about' });
    root.replaceChildren(this.name, this.about);
    this.keepTitle();
  }

  /** @param {{ title: string, about: string, is_video: boolean }} raw */
  update(raw) {
    this.value = plain(raw) ?? this.value;
    this.show('');
  }

  /** @param {string} video the name of the video that the page is about, or '' */
  show(video) {
    const { title, about, is_video: isVideo } = this.value;
    this.name.replaceChildren(...breakable(isVideo && video ? video : title));
    this.about.textContent = video ? '' : about;
    this.title = [video, title, PROGRAM].filter(Boolean).join(' – ');
    document.title = this.title;
  }

  /** Gradio gives all pages the title of the program, and does so late. */
  keepTitle() {
    new MutationObserver(() => {
      if (this.name.isConnected && document.title !== this.title) document.title = this.title;
    }).observe(document.head, { childList: true, subtree: true, characterData: true });
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const root = rootOf(gradio);
  const heading = new Heading(root);
  follow(gradio, (value) => heading.update(value));
  hear(root, 'secondlook:shown', (detail) => heading.show(detail?.name ?? ''));
}
