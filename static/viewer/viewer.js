/** Puts the viewer together and keeps its parts in step. */

import { el } from '../kit/dom.js';
import { follow, rootOf } from '../kit/gradio.js';
import { announce, hear, listenWhileShown, tell } from '../kit/news.js';
import { clock, percent, signed } from '../kit/numbers.js';
import { ClassNames } from './class_names.js';
import { Explanation } from './explanation.js';
import { Headline } from './headline.js';
import { curveRow, stripRow } from './lines.js';
import { KeyMoments } from './moments.js';
import { PartsRow } from './parts.js';
import { peakFrom } from './peaks.js';
import { Player } from './player.js';
import { NumbersTable } from './table.js';
import { Timeline } from './timeline.js';
import { curveAt, decodeValue, fieldAt, inGap, probabilityAt } from './values.js';
import { againstInWords, ALL, OTHERS, sentenceOf, viewOf } from './views.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { Evidence, PackedValue, ViewerValue } from './values.js' */
/** @import { LabelledPart } from './parts.js' */
/** @import { Against } from './views.js' */

/** @typedef {{ start: number, end: number }} Stretched seconds */

class Viewer {
  /** @type {ViewerValue | null} */
  value = null;
  /** @type {Evidence | null} what is drawn of the evidence */
  view = null;
  /** @type {Against} what the person chose; not every answer can show it */
  wish = OTHERS;
  /** @type {Against} */
  against = ALL;
  /** @type {Stretched | null} what is played again and again */
  loop = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.chosen = 0;
    this.player = new Player({ onTime: (t) => this.showTime(t) });
    this.timeline = new Timeline({ onSeek: (t) => this.player.seek(t) });
    this.headline = new Headline();
    this.names = new ClassNames({ onChoose: (c) => this.choose(c) });
    this.moments = new KeyMoments({ onSeek: (t) => this.player.seek(t) });
    this.table = new NumbersTable();
    this.parts = new PartsRow();
    this.why = new Explanation({
      onAgainst: (against) => this.set(against),
      onOpacity: (share) => { this.player.heat.canvas.style.opacity = String(share); },
    }, { moments: this.moments.root, table: this.table.root });
    this.empty = el('p', { class: 'sl-empty', text: 'The answer appears here.' });
    this.body = el('div', { class: 'sl-viewer', hidden: true },
      el('div', { class: 'sl-main' },
        this.player.stage, this.player.controls, this.timeline.root, this.why.line),
      this.headline.root,
      this.why.root);
    root.replaceChildren(this.empty, this.body);
    listenWhileShown(root, 'keydown', (event) => this.key(event));
    listenWhileShown(root, 'secondlook:seek', (event) => this.obeySeek(event.detail));
    hear(root, 'secondlook:parts', ({ parts }) => this.showParts({ parts }));
    hear(root, 'secondlook:part', ({ times }) => this.showParts({ draft: times }));
    listenWhileShown(root, 'secondlook:loop', ({ detail }) => { this.loop = detail.times; });
    listenWhileShown(root, 'secondlook:look', (event) => this.lookAt(event.detail));
  }

  /** @param {PackedValue | null} raw */
  update(raw) {
    this.show(raw);
    tell('secondlook:about', { part: 'viewer', video: this.value?.video.id ?? null });
  }

  /** @param {PackedValue | null} raw */
  show(raw) {
    const before = this.value?.video.id;
    this.value = decodeValue(raw);
    this.empty.hidden = this.value !== null;
    this.body.hidden = this.value === null;
    this.tellShown();
    if (!this.value) {
      this.player.video.pause();
      return;
    }
    const { value, player } = this;
    const answered = value.answered !== false;
    this.drawParts(answered);
    if (!answered) {
      this.drawUnanswered(value);
      return;
    }
    if (before !== value.video.id || this.chosen >= value.classes.length) this.chosen = 0;
    player.heat.canvas.style.opacity = String(this.why.heat.opacity);
    player.frame(value.crop);
    this.headline.draw(value);
    this.why.draw(value);
    this.drawChosen(value);
    player.load(value.video, value.start_at ?? null);
    this.showTime(player.time);
    this.tellChoice(value);
  }

  /** @param {boolean} answered */
  drawParts(answered) {
    for (const part of [this.headline.root, this.why.line, this.why.root]) part.hidden = !answered;
    this.timeline.choices('Show evidence for', answered);
    this.body.classList.toggle('sl-viewer-unanswered', !answered);
  }

  /**
   * Nobody has looked at the video yet: it can be watched.
   * @param {ViewerValue} value
   */
  drawUnanswered(value) {
    const { player } = this;
    this.chosen = 0;
    this.view = null;
    player.frame({ x: 0, y: 0, width: 1, height: 1 });
    const { duration, fps } = value.video;
    this.parts.draw(duration);
    this.timeline.draw({ duration, fps, rows: [this.parts.root], gaps: [] }, (t) => [`${clock(t)} s`]);
    if (value.playable) player.load(value.video, null);
    else player.unload(value.video, 'A copy that your browser can play is not ready yet.');
    this.showTime(player.time);
  }

  /** @param {ViewerValue} value */
  drawChosen(value) {
    const { chosen, names, why } = this;
    this.against = why.view.draw(value, chosen, this.wish);
    this.view = viewOf(value, chosen, this.against);
    const shown = { ...value, evidence: this.view };
    if (this.view) this.player.heat.place(this.view, value.crop);
    why.explain(this.view, sentenceOf(value, chosen, this.against));
    const strips = names.draw(value.classes, chosen).map((name, c) => {
      const row = stripRow(value, c, c === chosen, name);
      row.classList.add(`sl-hue-${c}`);
      return row;
    });
    this.parts.draw(value.video.duration);
    this.timeline.draw({
      duration: value.video.duration,
      fps: value.video.fps,
      rows: [...strips, curveRow(shown, 0, againstInWords(value, this.against)), this.parts.root],
      gaps: value.gaps,
    }, (t) => this.describe(value, t));
    names.drawn();
    this.moments.draw(value, value.classes[chosen]?.label ?? '', value.reasons?.moments[chosen] ?? [], this.view);
    this.table.draw(value, chosen, this.view, againstInWords(value, this.against));
  }

  /** @param {number} c */
  choose(c) {
    if (!this.value || c === this.chosen) return;
    this.chosen = c;
    this.drawChosen(this.value);
    this.showTime(this.player.time);
    this.tellChoice(this.value);
  }

  /**
   * Sets the chosen class against others, against one, or shows all its evidence.
   * @param {Against} against
   */
  set(against) {
    this.wish = against;
    if (!this.value) return;
    this.drawChosen(this.value);
    this.showTime(this.player.time);
  }

  /** @param {ViewerValue} value */
  tellChoice({ classes }) {
    const answer = classes[this.chosen];
    if (answer) tell('secondlook:class', { index: answer.index, label: answer.label });
  }

  /** @param {{ parts?: LabelledPart[], draft?: Stretched | null }} changed */
  showParts(changed) {
    Object.assign(this.parts, changed);
    if (this.value) this.parts.draw(this.value.video.duration);
  }

  tellShown() {
    const { id = null, name = '', duration = 0, fps = 0 } = this.value?.video ?? {};
    tell('secondlook:shown', { id, name, duration, fps });
  }

  /** @param {number} t */
  showTime(t) {
    if (!this.value) return;
    if (this.loop && t >= this.loop.end && !this.player.video.paused) this.player.seek(this.loop.start);
    this.player.heat.paint(fieldAt(this.view, 0, t));
    this.timeline.showTime(t);
    announce('secondlook:time', { t });
  }

  /**
   * What is known about a moment, one line each.
   * @param {ViewerValue} value
   * @param {number} t
   */
  describe(value, t) {
    const { classes, timeline, gaps } = value;
    const lines = [`${clock(t)} s`];
    if (inGap(gaps, t)) return [...lines, 'not analysed'];
    classes.forEach((answer, c) => {
      const probability = probabilityAt(timeline, c, t);
      if (probability !== null) lines.push(`${answer.label} ${percent(probability)}`);
    });
    const evidence = curveAt(this.view, 0, t);
    const words = `evidence for ${classes[this.chosen].label} ${againstInWords(value, this.against)}`;
    if (evidence !== null) lines.push(`${words.trimEnd()} ${signed(evidence)}`);
    return lines;
  }

  /**
   * Shows the evidence for a class that somebody chose elsewhere, if it is one of those shown.
   * @param {{ label?: unknown } | null} detail
   */
  lookAt(detail) {
    const c = this.value?.classes?.findIndex(({ label }) => label === detail?.label) ?? -1;
    if (c >= 0) this.choose(c);
  }

  /** @param {{ t?: unknown } | null} detail */
  obeySeek(detail) {
    const t = Number(detail?.t);
    if (this.value && Number.isFinite(t)) this.player.seek(t);
  }

  /** @param {number} direction 1 to the next key moment, -1 to the one before */
  toPeak(direction) {
    const t = peakFrom(this.value?.reasons?.moments[this.chosen] ?? [], this.player.time, direction);
    if (t !== null) this.player.seek(t);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.value) this.player.key(event, this.timeline.track, (direction) => this.toPeak(direction));
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const viewer = new Viewer(rootOf(gradio));
  follow(gradio, (value) => viewer.update(value));
}
