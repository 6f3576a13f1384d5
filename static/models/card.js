/**
 * Draws a model card, which is Markdown: headings, paragraphs, lists, tables, code, links. Labels in
 * it were typed by people, so everything becomes text nodes; mark-up that is not listed here stays
 * visible as typed.
 */

import { el, safeUrl } from '../kit/dom.js';

// The page has its own headings above; the card's begin below them.
const HEADINGS = /** @type {const} */ (['h4', 'h5', 'h6']);
const CARD_INLINE = /\\(.)|`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** @param {string} markdown */
export function cardOf(markdown) {
  const [, header, body] = markdown.match(/^---\n([\s\S]*?)\n---\n([\s\S]*)$/) ?? [null, '', markdown];
  const blocks = body.split(/\n{2,}/).map((block) => block.trim()).filter(Boolean);
  return el('div', { class: 'sl-card' }, ...blocks.map(cardBlock),
    header ? el('pre', { class: 'sl-card-header', tabindex: 0, 'aria-label': 'Header for Hugging Face', text: header }) : null);
}

/** @param {string} block */
function cardBlock(block) {
  const heading = block.match(/^(#{1,3}) (.*)$/);
  if (heading) return cardInto(el(HEADINGS[heading[1].length - 1]), heading[2]);
  const lines = block.split('\n');
  if (lines.every((line) => line.startsWith('|'))) return cardTable(lines);
  if (lines[0].startsWith('- ')) return cardList(block);
  return cardInto(el('p'), lines.join(' '));
}

/** @param {string} block */
function cardList(block) {
  const items = block.slice(2).split(/\n- /).map((item) => item.replace(/\s*\n\s*/g, ' '));
  return el('ul', {}, ...items.map((item) => cardInto(el('li'), item)));
}

/** @param {string[]} lines */
function cardTable(lines) {
  /** @type {(line: string) => string[]} */
  const cells = (line) => line.slice(1, line.lastIndexOf('|')).split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [titles, , ...rows] = lines.map(cells);
  const table = el('table', {},
    el('thead', {}, el('tr', {}, ...titles.map((title) => cardInto(el('th', { scope: 'col' }), title)))),
    el('tbody', {}, ...rows.map(([first, ...rest]) => el('tr', {},
      cardInto(el('th', { scope: 'row' }), first),
      ...rest.map((cell) => cardInto(el('td'), cell))))));
  return el('div', { class: 'sl-card-wide', tabindex: 0, role: 'group', 'aria-label': 'Table' }, table);
}

/**
 * Adds one line of text to `node`, with its code, bold words and links.
 * @template {Element} N
 * @param {N} node
 * @param {string} text
 * @returns {N}
 */
function cardInto(node, text) {
  let from = 0;
  for (const found of text.matchAll(CARD_INLINE)) {
    const [whole, escaped, code, bold, words, address] = found;
    node.append(text.slice(from, found.index));
    if (escaped !== undefined) node.append(escaped);
    else if (code !== undefined) node.append(el('code', { text: code }));
    else if (bold !== undefined) node.append(el('strong', { text: bold }));
    else node.append(cardLink(words, address));
    from = found.index + whole.length;
  }
  node.append(text.slice(from));
  return node;
}

/**
 * A link to elsewhere; what lies beside the card in the repository has no address here.
 * @param {string} words
 * @param {string} address
 */
function cardLink(words, address) {
  const href = /^https?:/.test(address) ? safeUrl(address) : null;
  return href ? el('a', { href, rel: 'noreferrer', text: words }) : words;
}
