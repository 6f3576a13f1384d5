/** The panel: from a key or a click to a decision that is known to be kept. */

const WORDS = { unsure: 'not sure', unusable: 'unusable video' };

function inWords(choice) {
  if (!choice) return '';
  return WORDS[choice.verdict] ?? (choice.isNew ? `${choice.label} (new label)` : choice.label);
}

/** Under which name a draft is kept: of each person, where people log in. */
function draftOf(videoId) {
  return loggedIn ? `draft:${loggedIn}:${videoId}` : `draft:${videoId}`;
}

class Correction {
  constructor(root) {
    this.choice = null;
    this.form = new Form({
      choose: (choice) => this.choose(choice),
      chooseLabel: (label, isNew) => this.chooseLabel(label, isNew),
      changed: () => this.keepDraft(),
      save: () => this.save(),
    });
    this.sender = new Sender({
      send: (kind, data) => (kind === 'undo' ? server.take_back(data) : server.save_decision(data)),
      onAnswer: (item, answer) => this.answered(item, answer),
      onState: (state, reason) => this.showState(state, reason),
    });
    this.status = el('p', { class: 'sl-status', role: 'status', tabindex: -1 });
    this.undoButton = keyed('Ctrl Z', 'Undo', 'sl-button-small', () => this.undo(this.saved));
    this.tryingText = el('span');
    this.trying = el('div', { class: 'sl-error sl-trying', role: 'alert', hidden: true },
      this.tryingText,
      el('button', { type: 'button', class: 'sl-button sl-button-small', text: 'Try now', on: { click: () => this.sender.hurry() } }),
      el('button', { type: 'button', class: 'sl-button sl-button-small', text: 'Give up', on: { click: () => this.giveUp() } }));
    this.dispute = new Dispute({
      onChoose: (label) => this.chooseLabel(label, false), onChange: () => this.show(),
    });
    this.current = new Entries({ title: 'Labels so far', onUndo: (id) => this.undo(id) });
    this.history = new Entries({ title: 'History', onUndo: (id) => this.undo(id), folded: true });
    this.panel = el('section', { class: 'sl-correction', 'aria-label': 'Your answer', hidden: true },
      this.dispute.root, this.form.root, this.trying, el('div', { class: 'sl-outcome' }, this.status, this.undoButton),
      this.current.root, this.history.root);
    root.replaceChildren(this.panel);
    listenWhileShown(root, 'keydown', (event) => this.key(event));
    listenWhileShown(root, 'secondlook:class', (event) => { this.classShown = event.detail?.label ?? null; });
    listenWhileShown(root, 'secondlook:choose', ({ detail }) => { if (this.value) this.chooseLabel(detail.label, false); });
    this.say('');
  }

  update(raw) {
    this.showValue(raw);
    announce('secondlook:about', { part: 'correction', video: this.value?.video_id ?? null });
  }

  showValue(raw) {
    const value = plain(raw);
    const isNew = value?.video_id !== this.value?.video_id;
    this.value = value;
    this.panel.hidden = !value;
    if (!value) return;
    this.form.draw(value);
    if (isNew) this.begin();
    this.showEntries(value);
    this.show();
    if (value.error) this.say(value.error, 'sl-error');
  }

  begin() {
    this.shownAt = performance.now();
    this.saved = null;
    const draft = recall(this.draftName(), null);
    this.choice = draft?.choice ?? null;
    this.form.note.value = draft?.note ?? '';
    this.form.box.input.value = draft?.search ?? '';
    this.say(draft ? 'What you had begun is here again; it is not saved yet.' : '');
    this.sender.resume();
  }

  draftName() {
    return draftOf(this.value.video_id);
  }

  keepDraft() {
    const draft = { choice: this.choice, note: this.form.note.value, search: this.form.box.input.value };
    if (draft.choice || draft.note || draft.search) remember(this.draftName(), draft);
    else forget(this.draftName());
  }

  /** True while a decision on this video is on its way. */
  isWaiting() {
    return this.sender.queue.some((item) => item.data.video_id === this.value.video_id);
  }

  show() {
    this.form.showChoice(this.choice);
    this.form.showSave(inWords(this.choice), this.isWaiting(), this.dispute.decides);
  }

  choose(choice) {
    if (this.isWaiting()) return;
    this.choice = choice;
    this.say('');
    this.keepDraft();
    this.show();
    if (choice) this.form.save.focus(); // so that Enter saves
  }

  chooseLabel(label, isNew) {
    const verdict = label === this.value.said[0]?.label ? 'confirmed' : 'corrected';
    this.choose({ verdict, label, isNew });
  }

  save() {
    if (!this.choice || this.isWaiting()) return;
    const { value, choice, form } = this;
    this.sender.add('save', {
      video_id: value.video_id,
      prediction_id: value.prediction_id,
      verdict: choice.verdict,
      label: choice.label,
      new_label: choice.isNew === true,
      note: form.note.value,
      annotator: form.name.value,
      time_taken_s: Math.round(performance.now() - this.shownAt) / 1000,
      class_shown: this.classShown ?? null,
      settles: this.dispute.decides,
    });
  }

  undo(eventId) {
    if (!eventId || this.isWaiting()) return;
    this.sender.add('undo', {
      video_id: this.value.video_id, event_id: eventId, annotator: this.form.name.value,
    });
  }

  giveUp() {
    this.sender.giveUp();
    this.say('It was not saved.', 'sl-error');
  }

  answered(item, answer) {
    const isHere = item.data.video_id === this.value?.video_id;
    if (answer.error) {
      if (isHere) this.say(answer.error, 'sl-error');
      return;
    }
    forget(draftOf(item.data.video_id));
    if (isHere) this.showAnswer(item, answer);
    trigger(item.kind === 'undo' ? 'undone' : 'saved', {
      op_id: item.data.op_id, event_id: (answer.saved ?? answer.undone)?.event_id ?? null,
    });
  }

  showAnswer(item, answer) {
    const wasHere = this.panel.contains(document.activeElement);
    if (item.kind === 'save') {
      this.choice = null;
      this.form.note.value = '';
      this.form.box.input.value = '';
    }
    const { saved, undone } = answer;
    this.saved = saved?.event_id ?? null;
    if (saved) this.say(`Saved ${timeOfDay(saved.at)} as #${saved.event_id}: ${saved.what}`, 'sl-done');
    else if (undone) this.say(`Taken back ${timeOfDay(undone.at)}: #${undone.event_id} no longer counts.`, 'sl-done');
    this.showEntries(answer);
    this.show();
    // Not on a button: a second Enter must do nothing.
    if (wasHere) this.status.focus({ preventScroll: true });
  }

  showEntries({ current, history, dispute }) {
    this.dispute.draw(dispute ?? []);
    if (Array.isArray(current)) this.current.draw(current);
    if (Array.isArray(history)) this.history.draw(history);
  }

  showState(state, reason) {
    this.trying.hidden = state !== 'trying';
    if (state === 'trying') this.tryingText.textContent = `Not saved yet – trying again. ${reason}`;
    if (this.value) this.show();
  }

  say(text, kind = '') {
    this.status.textContent = text;
    this.status.className = `sl-status ${kind}`;
    this.status.hidden = !text;
    this.undoButton.hidden = !(this.saved && kind === 'sl-done');
  }

  key(event) {
    if (!this.value || document.querySelector('dialog[open]')) return;
    const undoing = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
      && event.key.toLowerCase() === 'z';
    if (undoing && this.saved && !isTyping(event.target)) {
      event.preventDefault();
      this.undo(this.saved);
      return;
    }
    const control = event.repeat ? null : this.form.controls().get(shortcut(event));
    if (!control) return;
    event.preventDefault();
    control();
  }
}

const correction = new Correction(element.querySelector('.sl-root'));
correction.update(props.value);
watch('value', () => correction.update(props.value));
