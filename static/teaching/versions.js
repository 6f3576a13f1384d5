/** The versions of the model, what each changed, and which one answers. */

import { el, safeUrl } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { dayAndTime } from '../kit/numbers.js';

/** @import { Gradio } from '../kit/gradio.js' */

/**
 * @typedef {{ top1: number, top1_interval: [number, number], words: string }} Figures
 * @typedef {{ video_id: number, name: string, label: string, before: string, after: string, before_version: string, after_version: string }} Changed
 * @typedef {{ label: string, videos: number, before: number, after: number }} ClassResult
 * @typedef {{ sentence: string, videos: number, before: Figures, after: Figures, fixed: Changed[], broken: Changed[], classes: ClassResult[] }} Result
 * @typedef {{ id: number, name: string, parent: string, made_at: string | null, active: boolean, learned_from: number, result: Result }} Version
 * @typedef {(id: number) => void} OnPromote
 */

/** @param {HTMLElement} root @param {{ versions: Version[] } | null} raw @param {OnPromote} onPromote */
function drawVersions(root, raw, onPromote) {
  const versions = plain(raw)?.versions ?? [];
  const answering = versions.findIndex((version) => version.active);
  root.replaceChildren(...versions.map((version, i) => versionCard(version, i > answering, onPromote)));
}

/** @param {Version} version @param {boolean} older @param {OnPromote} onPromote */
function versionCard(version, older, onPromote) {
  const about = [
    version.made_at ? dayAndTime(version.made_at) : '',
    version.learned_from ? `learned from ${version.learned_from} videos` : '',
    version.parent ? `made from ${version.parent}` : '',
  ].filter(Boolean).join(', ');
  return el('article', { class: version.active ? 'sl-teach-version sl-teach-active' : 'sl-teach-version', 'aria-label': version.name },
    el('div', { class: 'sl-teach-head' },
      el('h3', { text: version.name }),
      el('span', { class: 'sl-spring' }),
      version.active ? el('strong', { text: 'in use' }) : promoteButton(version, older, onPromote)),
    el('p', { class: 'sl-teach-note', text: about }),
    version.result.sentence ? resultOf(version.result) : null);
}

/** @param {Version} version @param {boolean} older @param {OnPromote} onPromote */
function promoteButton(version, older, onPromote) {
  const button = el('button', {
    type: 'button',
    class: 'sl-button',
    text: older ? 'Go back to this version' : 'Use this version',
    on: {
      click: () => {
        button.disabled = true;
        onPromote(version.id);
      },
    },
  });
  return button;
}

/** @param {Result} result */
function resultOf(result) {
  return el('div', { class: 'sl-teach-result' },
    el('p', { class: 'sl-teach-sentence', text: result.sentence }),
    result.videos ? barsOf(result) : null,
    changedList('Fixed', 'wrong before, right now', result.fixed),
    changedList('Broken', 'right before, wrong now', result.broken),
    result.videos ? classTable(result.classes) : null);
}

/**
 * Two bars; the thin line is where the true share lies with 95 % confidence.
 * @param {Result} result
 */
function barsOf(result) {
  /** @param {string} word @param {Figures} figures */
  const row = (word, figures) => {
    const [low, high] = figures.top1_interval;
    const fill = el('span', { class: 'sl-teach-bar-fill' });
    fill.style.width = `${figures.top1 * 100}%`;
    const range = el('span', { class: 'sl-teach-bar-range' });
    range.style.left = `${low * 100}%`;
    range.style.width = `${(high - low) * 100}%`;
    const bar = el('span', { class: 'sl-teach-bar', 'aria-hidden': 'true' }, fill, range);
    return [el('dt', { text: word }), el('dd', {}, bar,
      el('span', { text: figures.words }))];
  };
  return el('dl', { class: 'sl-teach-bars' }, ...row('Before', result.before), ...row('Now', result.after));
}

/** @param {string} title @param {string} meaning @param {Changed[]} [lines] */
function changedList(title, meaning, lines = []) {
  if (!lines.length) return null;
  /** @param {Changed} line */
  const both = (line) => el('a', {
    href: safeUrl(`/compare?video=${line.video_id}&before=${line.before_version.slice(0, 12)}&after=${line.after_version.slice(0, 12)}`),
    'aria-label': `Watch both: ${line.name}`,
    text: 'Watch both',
  });
  /** @param {Changed} line @param {'before' | 'after'} which */
  const link = (line, which) => el('a', {
    href: safeUrl(`/?video=${line.video_id}&version=${line[`${which}_version`].slice(0, 12)}`), text: line[which],
  });
  return el('section', { 'aria-label': title },
    el('h4', { text: `${title} (${lines.length}): ${meaning}` }),
    el('ul', {}, ...lines.map((line) => el('li', {},
      el('span', { text: `${line.name} is ${line.label}. Before: ` }), link(line, 'before'),
      el('span', { text: '; now: ' }), link(line, 'after'), el('span', { text: '. ' }), both(line)))));
}

/** @param {ClassResult[]} classes */
function classTable(classes) {
  const titles = ['Label', 'Checked', 'Right before', 'Right now'];
  return el('details', { class: 'sl-details' }, el('summary', { text: 'Label by label' }),
    el('table', { class: 'sl-teach-table' },
      el('thead', {}, el('tr', {}, ...titles.map((title) => el('th', { scope: 'col', text: title })))),
      el('tbody', {}, ...classes.map((row) => el('tr', {}, el('th', { scope: 'row', text: row.label }),
        el('td', { text: row.videos }), el('td', { text: row.before }), el('td', { text: row.after }))))));
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const root = rootOf(gradio);
  follow(gradio, (value) => drawVersions(root, value, (id) => gradio.trigger('promote', { version_id: id })));
}
