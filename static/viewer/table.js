/** The same numbers as a table, for reading instead of looking; built when it is opened. */

const MOST_ROWS = 600;

class NumbersTable {
  constructor(title = 'The numbers as a table') {
    this.place = el('div', { class: 'sl-table-place', tabindex: 0, role: 'region', 'aria-label': 'Numbers over time' });
    this.root = el('details', { class: 'sl-details', on: { toggle: () => this.fill() } },
      el('summary', { text: title }), this.place);
  }

  /**
   * `chosen` is the class whose evidence is listed too, null for none; `view` what of it, as from
   * `viewOf`, and `against` says that in words.
   */
  draw(value, chosen, view = null, against = '') {
    this.value = value;
    this.chosen = chosen;
    this.view = chosen === null ? null : view ?? viewOf(value, chosen, ALL);
    this.against = against;
    this.place.replaceChildren();
    this.fill();
  }

  fill() {
    if (!this.root.open || !this.value || this.place.childElementCount) return;
    const { classes, timeline } = this.value;
    const evidence = this.view;
    const label = `${classes[this.chosen]?.label ?? ''} ${this.against}`.trimEnd();
    const steps = Math.min(timeline.edges.length - 1, MOST_ROWS);
    const rows = Array.from({ length: Math.max(steps, 0) }, (_, i) => this.row(i));
    this.place.append(el('table', { class: 'sl-table' },
      el('caption', { text: evidence
        ? `Probability of each class, and evidence for ${label} in the model’s own unit (logits)`
        : 'Probability of each class' }),
      el('thead', {}, el('tr', {},
        el('th', { scope: 'col', text: 'Seconds' }),
        ...classes.map((answer) => el('th', { scope: 'col', text: answer.label })),
        evidence ? el('th', { scope: 'col', text: `Evidence for ${label}` }) : null)),
      el('tbody', {}, ...rows)));
  }

  row(i) {
    const { classes, timeline } = this.value;
    const evidence = this.view;
    const [start, end] = [timeline.edges[i], timeline.edges[i + 1]];
    const value = evidence && curveAt(evidence, 0, (start + end) / 2);
    return el('tr', {},
      el('th', { scope: 'row', text: `${clock(start)}–${clock(end)}` }),
      ...classes.map((_, c) => {
        const probability = timeline.probabilities[c][i];
        return el('td', { text: probability === null ? 'not analysed' : percent(probability) });
      }),
      evidence ? el('td', { text: value === null ? 'not analysed' : signed(value) }) : null);
  }
}
