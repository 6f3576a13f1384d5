/** Who said what: the labels that count now, and everything that was ever said. */

import { el } from '../kit/dom.js';
import { dayAndTime } from '../kit/numbers.js';

/** @typedef {{ event_id: number, annotator: string, sentence: string, note: string, at: string, undone: boolean, can_undo: boolean, part?: [number, number] | null, label?: string | null }} Entry */

export class Entries {
  /** @param {{ title: string, onUndo: (eventId: number) => void, folded?: boolean }} given */
  constructor({ title, onUndo, folded }) {
    this.onUndo = onUndo;
    this.list = el('ol', { class: 'sl-entries' });
    this.title = el(folded ? 'summary' : 'h3', { class: 'sl-entries-title', text: title });
    this.root = el(folded ? 'details' : 'section', { class: folded ? 'sl-details' : '' }, this.title, this.list);
  }

  /** @param {Entry[]} entries */
  draw(entries) {
    this.root.hidden = !entries.length;
    this.list.replaceChildren(...entries.map((entry) => this.line(entry)));
  }

  /** @param {Entry} entry */
  line(entry) {
    const who = entry.annotator || 'Somebody';
    return el('li', { class: entry.undone ? 'sl-entry sl-undone' : 'sl-entry' },
      el('span', { class: 'sl-entry-text' },
        el('strong', { text: who }),
        ` ${entry.sentence}`,
        entry.undone ? el('em', { text: ' (taken back)' }) : null,
        entry.note ? el('span', { class: 'sl-entry-note', text: `“${entry.note}”` }) : null),
      el('time', { class: 'sl-entry-time', datetime: entry.at, text: `#${entry.event_id}, ${dayAndTime(entry.at)}` }),
      entry.can_undo && !entry.undone
        ? el('button', {
          type: 'button', class: 'sl-button sl-button-small', text: 'Undo',
          'aria-label': `Undo #${entry.event_id}: ${who} ${entry.sentence}`,
          on: { click: () => this.onUndo(entry.event_id) },
        })
        : null);
  }
}

/**
 * The parts of the video that these are about, to be drawn.
 * @param {Entry[]} entries
 */
export function partsOf(entries) {
  return entries.flatMap(({ part, label }) => (part ? [{ start: part[0], end: part[1], label: label ?? '?' }] : []));
}
