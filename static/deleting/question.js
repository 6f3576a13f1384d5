/** Asks whether a video may go, says what goes with it, and deletes it. */

import { breakable, el } from '../kit/dom.js';
import { plain } from '../kit/gradio.js';

/** @import { Gradio } from '../kit/gradio.js' */

export const DELETED = 'deleted'; // the name of what was deleted, for the list that is opened next
const UNREACHABLE = 'The server did not answer, so perhaps nothing was deleted. Reload the page to see.';

export class DeleteQuestion {
  id = 0;
  busy = false;

  /**
   * `onDone(name)` is called when the video is gone; the focus is then the caller's business.
   * @param {{ server: Gradio['server'], onDone: (name: string) => void }} given
   */
  constructor({ server, onDone }) {
    this.server = server;
    this.onDone = onDone;
    this.title = el('h2');
    this.words = el('p');
    this.error = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.cancel = el('button', { type: 'button', class: 'sl-button', text: 'Keep it', on: { click: () => this.dialog.close() } });
    this.confirm = el('button', {
      type: 'button', class: 'sl-button sl-button-danger', text: 'Delete for ever', on: { click: () => this.remove() },
    });
    this.dialog = el('dialog', { class: 'sl-question', 'aria-labelledby': 'sl-question-title', 'aria-describedby': 'sl-question-words' },
      this.title, this.words, this.error, el('div', { class: 'sl-question-buttons' }, this.cancel, this.confirm));
    this.title.id = 'sl-question-title';
    this.words.id = 'sl-question-words';
  }

  /**
   * The dialog gives the focus back to where it was when it is closed.
   * @param {number} id
   * @param {string} name
   */
  async open(id, name) {
    this.id = id;
    this.title.replaceChildren('Delete “', ...breakable(name), '”?');
    this.words.textContent = whatGoes(null);
    this.complain('');
    this.dialog.showModal();
    this.cancel.focus();
    const going = await replyOf(() => this.server.describe_video(id));
    if (this.id !== id) return;
    if (going.error) this.complain(going.error);
    else this.words.textContent = whatGoes(going.labels ?? null);
  }

  async remove() {
    if (this.busy) return;
    this.busy = true;
    this.confirm.setAttribute('aria-disabled', 'true');
    const reply = await replyOf(() => this.server.delete_video(this.id));
    this.busy = false;
    this.confirm.removeAttribute('aria-disabled');
    if (reply.error) {
      this.complain(reply.error);
      return;
    }
    this.dialog.close();
    this.onDone(reply.deleted ?? '');
  }

  /** @param {string} sentence */
  complain(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
  }
}

/**
 * @param {() => Promise<any>} work
 * @returns {Promise<{ error?: string, labels?: number, deleted?: string }>}
 */
async function replyOf(work) {
  try {
    return plain(await work()) ?? { error: UNREACHABLE }; // Gradio answers null where nothing came back
  } catch {
    return { error: UNREACHABLE };
  }
}

/**
 * `labels` is how many people gave it, null as long as that is not known.
 * @param {number | null} labels
 */
function whatGoes(labels) {
  const given = { 0: '', 1: ' and its label' }[String(labels)] ?? ` and its ${labels ?? ''} labels`.replace('  ', ' ');
  return `The video, what models answered${given} are deleted for ever. `
    + 'Versions that learned from it, and backups and exports made earlier, stay as they are.';
}
