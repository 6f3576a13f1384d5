/** Which question the curve and the colours answer: one list, for keyboard and finger alike. */

class ViewChoice {
  constructor({ onChoose }) {
    this.select = el('select', {
      class: 'sl-select sl-view-select',
      on: { change: () => onChoose(this.against) },
    });
    this.label = el('span');
    this.root = el('label', { class: 'sl-view-choice' }, this.label, this.select);
  }

  get against() {
    const { value } = this.select;
    return value === ALL || value === OTHERS ? value : Number(value);
  }

  /** Keeps what was chosen where it still makes sense; returns what is chosen then. */
  draw({ reasons, classes }, chosen, against) {
    this.root.hidden = !reasons || classes.length < 2;
    if (this.root.hidden) return ALL;
    this.label.textContent = `Evidence for ${classes[chosen].label} compared with`;
    const option = (value, text) => el('option', { value, text });
    this.select.replaceChildren(
      option(OTHERS, 'all other guesses'),
      ...classes.flatMap((answer, c) => (c === chosen ? [] : [option(c, answer.label)])),
      option(ALL, 'nothing: all of it'));
    const kept = against === chosen || !(against === ALL || against === OTHERS || against < classes.length)
      ? OTHERS : against;
    this.select.value = String(kept);
    return kept;
  }
}
