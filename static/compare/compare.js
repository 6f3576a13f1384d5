/** Two answers about one video under one play head. */

import { breakable, el } from '../kit/dom.js';
import { follow, rootOf } from '../kit/gradio.js';
import { listenWhileShown, tell } from '../kit/news.js';
import { clock } from '../kit/numbers.js';
import { HeatControls } from '../viewer/heat_controls.js';
import { howToRead } from '../viewer/how_to_read.js';
import { Player } from '../viewer/player.js';
import { NumbersTable } from '../viewer/table.js';
import { Timeline } from '../viewer/timeline.js';
import { fieldAt } from '../viewer/values.js';
import { sideAt, sideBlock } from './blocks.js';
import { choicesOf, decodeComparison, SideCards, wayThrough } from './sides.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { ViewerValue } from '../viewer/values.js' */
/** @import { Choice, ComparisonValue, PackedComparison } from './sides.js' */

class Comparison {
  /** @type {ComparisonValue | null} */
  value = null;
  /** @type {Choice} */
  chosen = { s: -1, c: -1 };
  duration = 0;
  fps = 0;
  /** @type {[ViewerValue, NumbersTable][]} */
  tables = [];
  way = el('nav', { class: 'sl-way', 'aria-label': 'Changed videos' });
  name = el('h2', { class: 'sl-video-name' });
  said = el('p', { class: 'sl-said' });
  painted = el('p', { class: 'sl-painted', 'aria-live': 'polite' });
  summary = el('p', { class: 'sl-summary' });
  numbers = el('div', { class: 'sl-numbers' });

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.player = new Player({ onTime: (t) => this.showTime(t) });
    this.timeline = new Timeline({ onSeek: (t) => this.player.seek(t) });
    this.cards = new SideCards({ onChoose: (chosen) => this.choose(chosen) });
    this.heat = new HeatControls({
      onOpacity: (share) => { this.player.heat.canvas.style.opacity = String(share); },
    });
    this.body = this.build();
    root.replaceChildren(this.way, this.body);
    listenWhileShown(root, 'keydown', (event) => {
      if (this.value) this.player.key(event, this.timeline.track);
    });
  }

  build() {
    return el('div', { hidden: true },
      el('div', { class: 'sl-viewer' },
        el('div', { class: 'sl-main' },
          this.name, this.said, this.player.stage, this.painted, this.player.controls, this.timeline.root),
        el('section', { class: 'sl-answers', 'aria-label': 'What both versions said' },
          this.cards.root, this.summary, this.heat.root,
          el('p', { class: 'sl-hint', text: 'This shows what counted, not whether it understood.' }), howToRead(HOW_TO_READ)),
        this.numbers));
  }

  /** @param {PackedComparison | null} raw */
  update(raw) {
    const value = decodeComparison(raw);
    this.way.replaceChildren(...wayThrough(value?.way));
    const answers = value?.sides.flatMap(({ answer, name }) => (answer ? [{ answer, name }] : [])) ?? [];
    this.value = answers.length ? value : null;
    this.body.hidden = !this.value;
    if (!this.value) {
      this.player.video.pause();
      return;
    }
    this.show(this.value, answers);
  }

  /**
   * @param {ComparisonValue} value
   * @param {{ answer: ViewerValue, name: string }[]} answers
   */
  show(value, answers) {
    const { video, start_at: startAt } = answers[0].answer;
    this.duration = video.duration;
    this.fps = video.fps;
    this.name.replaceChildren(...breakable(video.name));
    tell('secondlook:shown', { id: video.id, name: video.name });
    this.said.textContent = value.said;
    if (!this.isThere(value, this.chosen)) this.chosen = this.atFirst(value);
    this.tables = answers.map(({ answer, name }) => [answer, new NumbersTable(`The numbers of ${name} as a table`)]);
    this.numbers.replaceChildren(...this.tables.map(([, table]) => table.root));
    this.cards.draw(value);
    this.player.heat.canvas.style.opacity = String(this.heat.opacity);
    this.drawChosen(value);
    this.player.load(video, startAt ?? null);
    this.showTime(this.player.time);
  }

  /** @param {ComparisonValue} value @param {Choice} chosen */
  isThere(value, { s, c }) {
    return Boolean(value.sides[s]?.answer && value.classes[c]);
  }

  /**
   * The newer version and the class that people named, or the next best that can be painted.
   * @param {ComparisonValue} value
   */
  atFirst(value) {
    const choices = choicesOf(value).sort((one, two) => two.s - one.s || one.c - two.c);
    return choices.find(({ s, c }) => value.sides[s].rows[c].row !== null) ?? choices[0];
  }

  /** @param {Choice} chosen */
  choose(chosen) {
    this.chosen = chosen;
    if (!this.value) return;
    this.drawChosen(this.value);
    this.showTime(this.player.time);
  }

  /** @param {ComparisonValue} value */
  drawChosen(value) {
    const { chosen, player } = this;
    const side = value.sides[chosen.s];
    const { answer } = side;
    if (!answer) return;
    const { label } = value.classes[chosen.c];
    this.cards.choose(chosen);
    if (answer.evidence) player.heat.place(answer.evidence, answer.crop);
    player.frame(answer.crop);
    const { row, known, summary } = side.rows[chosen.c];
    this.painted.textContent = row === null || !answer.evidence
      ? `Nothing is painted: ${known ? `it is not known where ${side.name} saw ${label}` : `${side.name} does not know ${label}`}.`
      : `On the picture: what spoke for ${label}, as ${side.name} saw it.`;
    this.summary.textContent = summary;
    this.heat.show(answer.evidence, `every class and moment of ${side.name}`);
    this.timeline.draw({
      duration: this.duration,
      fps: this.fps,
      rows: value.sides.flatMap((_, s) => sideBlock(value, s, chosen, (wanted) => this.choose(wanted))),
      gaps: [],
    }, (t) => this.describe(value, t));
    for (const [shown, table] of this.tables) table.draw(shown, this.rowIn(value, shown));
  }

  /** @param {ComparisonValue} value @param {ViewerValue} answer */
  rowIn({ sides }, answer) {
    return sides.find((side) => side.answer === answer)?.rows[this.chosen.c].row ?? null;
  }

  /** @param {number} t */
  showTime(t) {
    if (!this.value) return;
    const { s, c } = this.chosen;
    const { answer, rows } = this.value.sides[s];
    const { row } = rows[c];
    this.player.heat.paint(row === null ? null : fieldAt(answer?.evidence ?? null, row, t));
    this.timeline.showTime(t);
  }

  /** @param {ComparisonValue} value @param {number} t */
  describe(value, t) {
    return [`${clock(t)} s`, ...value.sides.flatMap((_, s) => sideAt(value, s, this.chosen.c, t))];
  }
}

const HOW_TO_READ = [
  'One play head runs through both versions: what it crosses happened at the same moment.',
  'Every strip reaches from 0 to 100 %, so strips can be compared with each other.',
  'Evidence has a scale of its own for each version, written beside its curve: compare the shapes, not the heights.',
  'Evidence is that for the chosen class. A version that does not know it shows the evidence for its own answer.',
  'The picture shows the evidence of one version for one class: choose both at once in the list.',
  'Hatched stretches were not analysed by that version.',
];

/** @param {Gradio} gradio */
export function mount(gradio) {
  const compared = new Comparison(rootOf(gradio));
  follow(gradio, (value) => compared.update(value));
}
