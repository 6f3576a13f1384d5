/** The button that shows the ways to add a video, wherever on the page one is. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { hear, listenWhileShown } from '../kit/news.js';

/** @import { Gradio } from '../kit/gradio.js' */

const OPEN = 'data-adding'; // of the document: `look/workbench.css` obeys it

class Opener {
  /** @type {number | null} the video that is shown */
  video = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.button = el('button', {
      type: 'button', class: 'sl-button sl-add', text: 'Add videos', 'aria-controls': 'bring',
      on: { click: () => this.open(!this.isOpen) },
    });
    root.replaceChildren(this.button);
    this.open(!new URLSearchParams(location.search).has('video'));
    hear(root, 'secondlook:about', ({ part, video }) => { if (part === 'viewer') this.shown(video); });
    // Who drags a file over the page wants to drop it.
    listenWhileShown(root, 'dragenter', (event) => { if (event.dataTransfer?.types.includes('Files')) this.open(true); });
  }

  get isOpen() {
    return document.documentElement.hasAttribute(OPEN);
  }

  /** @param {number | null} video */
  shown(video) {
    if (video === this.video) return;
    this.video = video;
    this.open(video === null);
  }

  /** @param {boolean} open */
  open(open) {
    document.documentElement.toggleAttribute(OPEN, open);
    this.button.setAttribute('aria-expanded', String(open));
    this.button.hidden = open && this.video === null;
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Opener(rootOf(gradio));
}
