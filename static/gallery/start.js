/** The way from the list to labelling it: the button, and the order in which the videos come. */

import { el } from '../kit/dom.js';
import { plain } from '../kit/gradio.js';
import { keepQueue } from '../queue/kept.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { Listing } from './gallery.js' */

const FAILED = 'The videos could not be fetched. Try again.';

export class Start {
  /**
   * `onOrder` hears the order that was chosen, `onBegin` which video will open.
   * @param {{ server: Gradio['server'], onOrder: (order: string) => void, onBegin: (id: number) => void }} heard
   */
  constructor({ server, onOrder, onBegin }) {
    this.server = server;
    this.onBegin = onBegin;
    this.button = el('button', { type: 'button', class: 'sl-button sl-button-main', on: { click: () => this.begin() } });
    this.order = el('select', { class: 'sl-select', on: { change: () => onOrder(this.order.value) } });
    this.note = el('p', { class: 'sl-start-note', role: 'status', hidden: true });
    this.root = el('div', { class: 'sl-start', hidden: true },
      el('label', { class: 'sl-start-order' }, el('span', { text: 'Order' }), this.order), this.button, this.note);
  }

  /** @param {Listing} listing */
  draw({ total, queues, asked }) {
    this.root.hidden = !total;
    this.say('');
    this.button.replaceChildren(...(total === 1 ? ['Label this one'] : ['Label these', ` ${total}`]));
    this.order.replaceChildren(...queues.map(({ key, words }) => el('option', { value: key, text: words })));
    this.order.value = asked.queue;
  }

  /** Opens the first of the videos that are listed, on all pages; after each the next one follows. */
  async begin() {
    this.button.disabled = true;
    try {
      const { ids, why, none, adapts } = plain(await this.server.queue_videos(location.search));
      this.say(none);
      if (!ids.length) return;
      keepQueue({ ids, why, adapts, list: location.pathname + location.search });
      this.onBegin(ids[0]);
      location.assign(`/?video=${ids[0]}`);
    } catch {
      this.say(FAILED);
    } finally {
      this.button.disabled = false;
    }
  }

  /** @param {string} text */
  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}
