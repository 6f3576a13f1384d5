/** A row under the curves: which parts of the video people labelled, and the one being set. */

import { el } from '../kit/dom.js';

/** @typedef {{ start: number, end: number, label: string }} LabelledPart seconds */

/**
 * A lane for each part, the first in which nothing is in its way; parts may overlap.
 * @param {{ start: number, end: number }[]} parts
 * @returns {number[]}
 */
export function lanesOf(parts) {
  /** @type {number[]} where each lane is free again */
  const free = [];
  return parts.map(({ start, end }) => {
    const open = free.findIndex((until) => until <= start + 1e-9);
    const lane = open < 0 ? free.length : open;
    free[lane] = end;
    return lane;
  });
}

export class PartsRow {
  /** @type {LabelledPart[]} */
  parts = [];
  /** @type {{ start: number, end: number } | null} */
  draft = null;
  duration = 0;

  constructor() {
    this.lanes = el('div', { class: 'sl-parts' });
    this.root = el('div', { class: 'sl-row sl-row-parts', 'aria-hidden': 'true', hidden: true },
      el('span', { class: 'sl-row-name', text: 'Labels' }), this.lanes);
  }

  /** @param {number} duration */
  draw(duration) {
    this.duration = duration;
    const draft = this.draft ? [{ ...this.draft, label: '' }] : [];
    const all = [...this.parts].sort((a, b) => a.start - b.start).concat(draft);
    const lanes = lanesOf(all);
    this.root.hidden = !all.length || !(duration > 0);
    this.lanes.style.setProperty('--sl-lanes', String(Math.max(...lanes, 0) + 1));
    this.lanes.replaceChildren(...all.map((part, i) => this.bar(part, lanes[i], i >= this.parts.length)));
  }

  /** @param {LabelledPart} part @param {number} lane @param {boolean} isDraft */
  bar({ start, end, label }, lane, isDraft) {
    const node = el('span', { class: isDraft ? 'sl-part-bar sl-part-draft' : 'sl-part-bar', text: label, title: label });
    node.style.left = `${(100 * start) / this.duration}%`;
    node.style.width = `${(100 * (end - start)) / this.duration}%`;
    node.style.setProperty('--sl-lane', String(lane));
    return node;
  }
}
