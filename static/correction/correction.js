/** The panel: from a key or a click to a decision that is known to be kept. */

import { el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { isUndo, shortcut } from '../kit/keys.js';
import { announce, hear, listenWhileShown, tell } from '../kit/news.js';
import { timeOfDay } from '../kit/numbers.js';
import { inWords, verdictOn } from './decision.js';
import { Dispute } from './dispute.js';
import { dropDraft, keepDraft, readDraft } from './drafts.js';
import { Form } from './form.js';
import { Entries, partsOf } from './history.js';
import { Outcome } from './outcome.js';
import { newOperation, Sender } from './sending.js';
import { Trying } from './trying.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { CorrectionValue, DecisionChoice, Reply, State } from './decision.js' */
/** @import { Item } from './sending.js' */

class Correction {
  /** @type {CorrectionValue | null} */
  value = null;
  /** @type {DecisionChoice | null} */
  choice = null;
  /** @type {string | null} whose evidence the person looked at last */
  classShown = null;
  /** @type {number | null} the event that was kept last and can be taken back */
  saved = null;
  /** @type {{ video_id: number, event_id: number } | null} the same of the video before */
  before = null;
  shownAt = 0;

  /** @param {HTMLElement} root @param {Gradio} gradio */
  constructor(root, { server, trigger }) {
    this.trigger = trigger;
    this.form = new Form(root, {
      choose: (choice) => this.choose(choice),
      chooseLabel: (label, isNew) => this.chooseLabel(label, isNew),
      changed: () => this.changed(),
      save: () => this.save(),
    });
    this.sender = new Sender({
      send: (kind, data) => (kind === 'undo' ? server.take_back(data) : server.save_decision(data)),
      onAnswer: (item, answer) => this.answered(item, answer),
      onState: (state, reason) => this.showState(state, reason),
    });
    this.outcome = new Outcome({
      canUndo: () => Boolean(this.saved || this.before), onUndo: () => this.undoLast(),
    });
    this.trying = new Trying({
      onNow: () => this.sender.hurry(),
      onGiveUp: () => { this.sender.giveUp(); this.say('It was not saved.', 'sl-error'); },
    });
    this.dispute = new Dispute({
      onChoose: (label) => this.chooseLabel(label, false), onChange: () => this.show(),
    });
    this.current = new Entries({ title: 'Labels so far', onUndo: (id) => this.undo(id) });
    this.history = new Entries({ title: 'History', onUndo: (id) => this.undo(id), folded: true });
    this.panel = el('section', { class: 'sl-correction', 'aria-label': 'Your answer', hidden: true },
      this.dispute.root, this.form.root, this.trying.root, this.outcome.root,
      this.current.root, this.history.root);
    root.replaceChildren(this.panel);
    listenWhileShown(root, 'keydown', (event) => this.key(event));
    hear(root, 'secondlook:class', ({ label = null }) => this.looked(label));
    listenWhileShown(root, 'secondlook:choose', ({ detail }) => { if (this.value) this.chooseLabel(detail.label, false); });
    this.say('');
  }

  /** @param {CorrectionValue | null} raw */
  update(raw) {
    this.showValue(raw);
    tell('secondlook:about', { part: 'correction', video: this.value?.video_id ?? null });
  }

  /** @param {CorrectionValue | null} raw */
  showValue(raw) {
    const value = plain(raw);
    const isNew = value?.video_id !== this.value?.video_id;
    this.value = value;
    this.panel.hidden = !value;
    if (!value) return;
    this.form.draw(value, this.classShown);
    if (isNew) this.begin();
    this.showEntries(value);
    this.show();
    if (value.error) this.say(value.error, 'sl-error');
  }

  begin() {
    this.shownAt = performance.now();
    this.saved = null;
    const draft = readDraft(this.value?.video_id);
    this.choice = draft?.choice ?? null;
    this.form.restore(draft);
    if (draft) this.say('What you had begun is here again; it is not saved yet.');
    else this.say(this.before ? 'The label before is saved.' : '', this.before ? 'sl-done' : '');
    this.sender.resume();
  }

  keepDraft() {
    keepDraft(this.value?.video_id, this.form.draft(this.choice));
  }

  changed() {
    this.keepDraft();
    this.show();
  }

  /** True while a decision on this video is on its way. */
  isWaiting() {
    return this.sender.queue.some((item) => item.data.video_id === this.value?.video_id);
  }

  show() {
    tell('secondlook:choice', { isChosen: this.choice !== null || this.saved !== null });
    this.form.showChoice(this.choice);
    this.form.showSave(inWords(this.choice, this.value?.verdicts ?? []), this.isWaiting(), this.dispute.decides);
  }

  /** @param {DecisionChoice | null} choice */
  choose(choice) {
    if (this.isWaiting()) return;
    this.choice = choice;
    this.say('');
    this.keepDraft();
    this.show();
    if (choice) this.form.save.focus(); // so that Enter saves
  }

  /** @param {string | null} label whose evidence is shown */
  looked(label) {
    this.classShown = label;
    this.form.showLooked(label);
  }

  /** @param {string} label @param {boolean} isNew */
  chooseLabel(label, isNew) {
    announce('secondlook:look', { label });
    if (this.value) this.choose({ verdict: verdictOn(this.value, label), label, isNew });
  }

  save() {
    const { value, choice, form } = this;
    if (!value || !choice || this.isWaiting()) return;
    this.sender.add('save', {
      video_id: value.video_id,
      prediction_id: value.prediction_id,
      verdict: choice.verdict, label: choice.label,
      new_label: choice.isNew === true,
      note: form.note.value, annotator: form.name.value,
      time_taken_s: Math.round(performance.now() - this.shownAt) / 1000,
      class_shown: this.classShown ?? null,
      settles: this.dispute.decides && !form.part.times,
      ...form.part.fields(newOperation()),
    });
  }

  /** @param {number | null} eventId */
  undo(eventId) {
    if (!this.value || !eventId || this.isWaiting()) return;
    this.sender.add('undo', {
      video_id: this.value.video_id, event_id: eventId, annotator: this.form.name.value,
    });
  }

  /** @param {Item} item @param {Reply} answer */
  answered(item, answer) {
    const isHere = item.data.video_id === this.value?.video_id;
    if (answer.error) {
      if (isHere) this.say(answer.error, 'sl-error');
      return;
    }
    dropDraft(item.data.video_id);
    if (isHere) this.showAnswer(item, answer);
    this.announced(item, answer);
    this.trigger(item.kind === 'undo' ? 'undone' : 'saved', {
      op_id: item.data.op_id, event_id: (answer.saved ?? answer.undone)?.event_id ?? null,
    });
  }

  /** Tells the queue, which goes on, or back. @param {Item} item @param {Reply} answer */
  announced({ data }, { saved, undone }) {
    const video = Number(data.video_id);
    this.before = saved ? { video_id: video, event_id: saved.event_id } : null;
    if ((saved || undone) && !data.segment_id) announce(saved ? 'secondlook:saved' : 'secondlook:undone', { video });
  }

  /** Takes back what was saved last, on this video or on the one before it. */
  undoLast() {
    if (this.saved) this.undo(this.saved);
    else if (this.before) this.sender.add('undo', { ...this.before, annotator: this.form.name.value });
  }

  /** @param {Item} item @param {Reply} answer */
  showAnswer(item, answer) {
    const wasHere = this.panel.contains(document.activeElement);
    if (item.kind === 'save') {
      this.choice = null;
      this.form.clear();
      this.form.part.saved();
    }
    const { saved, undone } = answer;
    this.saved = saved?.event_id ?? null;
    if (saved) this.say(`Saved ${timeOfDay(saved.at)} as #${saved.event_id}: ${saved.what}`, 'sl-done');
    else if (undone) this.say(`Taken back ${timeOfDay(undone.at)}: #${undone.event_id} no longer counts.`, 'sl-done');
    this.showEntries(answer);
    this.show();
    if (wasHere) this.outcome.focus();
  }

  /** @param {State} entries */
  showEntries({ current, history, dispute }) {
    this.dispute.draw(dispute ?? []);
    if (Array.isArray(current)) this.current.draw(current);
    tell('secondlook:parts', { parts: partsOf(current ?? []) });
    if (Array.isArray(history)) this.history.draw(history);
  }

  /** @param {string} state @param {string} reason */
  showState(state, reason) {
    this.trying.show(state === 'trying', reason);
    if (this.value) this.show();
  }

  /** @param {string} text @param {string} [kind] */
  say(text, kind = '') {
    this.outcome.say(text, kind);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.value || document.querySelector('dialog[open]')) return;
    if (isUndo(event) && (this.saved || this.before)) {
      event.preventDefault();
      this.undoLast();
      return;
    }
    const control = event.repeat ? null : this.form.controls().get(shortcut(event));
    if (!control) return;
    event.preventDefault();
    control();
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const correction = new Correction(rootOf(gradio), gradio);
  follow(gradio, (value) => correction.update(value));
}
