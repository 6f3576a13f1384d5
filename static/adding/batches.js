/** Archives and folders that the server brings in: found again by every page that is opened. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { listenWhileShown } from '../kit/news.js';
import { Batch, isUnderWay } from './batch.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { BatchValue } from './batch.js' */

const LOOK_MS = 1500; // between two questions while there is something to wait for
const LOST = 'The server could not be reached. Try again.';

class Batches {
  /** @type {Map<number, Batch>} */
  shown = new Map();
  isLooking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {HTMLElement} root @param {Gradio} gradio */
  constructor(root, { trigger }) {
    this.root = root;
    this.trigger = trigger;
    this.folder = el('select', { 'aria-label': 'Folder of this server' });
    this.choice = el('div', { class: 'sl-files sl-files-top', hidden: true },
      el('span', { text: 'Or bring in a folder of the server:' }), this.folder,
      el('button', {
        type: 'button', class: 'sl-button sl-button-small', text: 'Bring it in', on: { click: () => this.begin() },
      }));
    this.error = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.list = el('div', { class: 'sl-batches' });
    root.replaceChildren(this.choice, this.error, this.list);
    listenWhileShown(root, 'secondlook:batch', () => this.look());
    this.look();
  }

  /** Asks how all of them are, as long as there is something to wait for. */
  async look() {
    clearTimeout(this.timer);
    if (this.isLooking || !this.root.isConnected) return;
    this.isLooking = true;
    const found = await ask('batches');
    let isOpen = 'error' in found; // the server is away; it may come back
    if (!('error' in found)) {
      this.offer(found.folders);
      this.keepOnly(found.batches.map((/** @type {BatchValue} */ { id }) => id));
      for (const head of found.batches) {
        const value = await this.whole(head);
        isOpen = isUnderWay(value) || isOpen;
      }
    }
    this.isLooking = false;
    if (isOpen) this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  /**
   * Shows one with its files.
   * @param {BatchValue} head
   */
  async whole(head) {
    const found = await ask(`batches/${head.id}`);
    const value = /** @type {BatchValue} */ ('error' in found ? head : found);
    this.show(value);
    return value;
  }

  /** @param {BatchValue} value */
  show(value) {
    let batch = this.shown.get(value.id);
    if (!batch) {
      batch = new Batch({
        onAct: (id, action) => this.act(id, action),
        onOpen: (video) => this.trigger('opened', { video }),
      });
      this.shown.set(value.id, batch);
      this.list.append(batch.root);
    }
    batch.show(value);
  }

  /** @param {number[]} ids */
  keepOnly(ids) {
    for (const [id, batch] of this.shown) {
      if (ids.includes(id)) continue;
      batch.root.remove();
      this.shown.delete(id);
    }
  }

  /** @param {string[]} names */
  offer(names) {
    this.choice.hidden = !names.length;
    if (this.folder.options.length === names.length) return;
    this.folder.replaceChildren(...names.map((name) => el('option', { value: name, text: name || 'All of it' })));
  }

  begin() {
    this.tell(ask(`folder?name=${encodeURIComponent(this.folder.value)}`, 'POST'));
  }

  /** @param {number} id @param {string} action */
  act(id, action) {
    this.tell(ask(`batches/${id}/${action}`, 'POST'));
  }

  /** @param {Promise<Record<string, any>>} asked */
  async tell(asked) {
    const { error } = await asked;
    this.error.textContent = error ?? '';
    this.error.hidden = !error;
    this.look();
  }
}

/**
 * What the server says, or {error} with a sentence.
 * @param {string} address
 * @param {string} [method]
 * @returns {Promise<Record<string, any>>}
 */
async function ask(address, method = 'GET') {
  try {
    const answer = await fetch(address, { method });
    if (answer.ok) return await answer.json();
    const text = await answer.text();
    return { error: text.startsWith('<') || text.startsWith('{') ? LOST : text };
  } catch {
    return { error: LOST };
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Batches(rootOf(gradio), gradio);
}
