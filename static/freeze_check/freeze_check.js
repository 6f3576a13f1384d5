/** What happened to the answer when its video was changed. */

import { el, safeUrl } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { clamp, percent } from '../kit/numbers.js';

/** @import { Gradio } from '../kit/gradio.js' */

/**
 * @typedef {{ name: string, before: number, after: number, text: string }} Bar
 * @typedef {{ sentence: string, passed: boolean, label: string, moments: string, bars: Bar[], looks: string[], findings: string[] }} CheckResult
 */

class CheckPanel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.ask = el('p', { class: 'sl-check-ask' });
    this.sentence = el('p', { class: 'sl-check-sentence', 'aria-live': 'polite' });
    this.moments = el('p', { class: 'sl-check-moments' });
    this.bars = el('div', { class: 'sl-check-bars' });
    this.looks = el('ul', { class: 'sl-check-looks' });
    this.findings = el('div', { class: 'sl-check-findings' });
    this.more = el('a', { class: 'sl-check-more', text: 'Compare with other methods' });
    this.result = el('div', { class: 'sl-check-result' },
      this.sentence, this.bars, this.moments, this.looks, this.findings);
    this.panel = el('section', { class: 'sl-check-panel', 'aria-label': 'Check of the picture', hidden: true },
      this.ask, this.result, this.more);
    root.replaceChildren(this.panel);
  }

  /** @param {{ ask: string | null, result: CheckResult | null, methods: string | null } | null} raw */
  update(raw) {
    const value = plain(raw);
    this.panel.hidden = !value;
    if (!value) return;
    this.ask.hidden = !value.ask;
    this.ask.textContent = value.ask ?? '';
    this.more.hidden = !value.methods;
    if (value.methods) this.more.href = safeUrl(value.methods) ?? '';
    this.result.hidden = !value.result;
    if (value.result) this.show(value.result);
  }

  /** @param {CheckResult} result */
  show({ sentence, passed, label, moments, bars, looks, findings }) {
    this.sentence.textContent = sentence;
    this.sentence.classList.toggle('sl-done', passed);
    this.sentence.classList.toggle('sl-banner', !passed);
    this.moments.textContent = moments;
    this.bars.replaceChildren(...bars.map((bar) => pairOfBars(bar, label)));
    this.looks.replaceChildren(...looks.map((text) => el('li', { text })));
    this.findings.replaceChildren(...(findings.length
      ? [el('h3', { text: 'What speaks against the picture' }),
        el('ul', {}, ...findings.map((text) => el('li', { text })))]
      : [el('p', { text: 'Nothing else was found that speaks against the picture.' })]));
  }
}

/**
 * One change: the class's probability before and after, as bars and in words.
 * @param {Bar} bar
 * @param {string} label
 */
function pairOfBars({ name, before, after, text }, label) {
  return el('div', { class: 'sl-check-pair', role: 'img', 'aria-label': `${name}: ${label} ${text}` },
    el('p', { class: 'sl-check-name', text: name }),
    oneBar('before', before), oneBar('after', after));
}

/** @param {string} when @param {number} probability */
function oneBar(when, probability) {
  const fill = el('span', { class: `sl-check-fill sl-check-${when}` });
  fill.style.width = `${100 * clamp(probability, 0, 1)}%`;
  return el('div', { class: 'sl-check-row' },
    el('span', { text: when }),
    el('span', { class: 'sl-check-bar' }, fill),
    el('span', { class: 'sl-check-percent', text: percent(probability) }));
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const checkPanel = new CheckPanel(rootOf(gradio));
  follow(gradio, (value) => checkPanel.update(value));
}
