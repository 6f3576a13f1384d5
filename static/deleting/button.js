/** The button for the video that the page shows. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { remember } from '../kit/memory.js';
import { hear } from '../kit/news.js';
import { DELETED, DeleteQuestion } from './question.js';

/** @import { Gradio } from '../kit/gradio.js' */

class DeleteButton {
  /** @type {{ id: number, name: string }} */
  video = { id: 0, name: '' };

  /** @param {HTMLElement} root @param {Gradio['server']} server */
  constructor(root, server) {
    this.question = new DeleteQuestion({
      server,
      onDone: (name) => {
        remember(DELETED, name);
        location.assign('/videos');
      },
    });
    this.button = el('button', {
      type: 'button', class: 'sl-button', text: 'Delete this video', hidden: true,
      on: { click: () => this.question.open(this.video.id, this.video.name) },
    });
    root.replaceChildren(this.button, this.question.dialog);
    hear(root, 'secondlook:shown', (detail) => {
      this.video = detail;
      this.button.hidden = !detail?.id;
    });
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new DeleteButton(rootOf(gradio), gradio.server);
}
