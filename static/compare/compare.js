/** Two answers about one video under one play head. */

class Comparison {
  constructor(root) {
    this.root = root;
    this.player = new Player({ onTime: (t) => this.showTime(t) });
    this.timeline = new Timeline({ onSeek: (t) => this.player.seek(t) });
    this.cards = new SideCards({ onChoose: (chosen) => this.choose(chosen) });
    this.heat = new HeatControls({
      onOpacity: (share) => { this.player.heat.canvas.style.opacity = share; },
    });
    this.tables = [];
    this.build();
    listenWhileShown(root, 'keydown', (event) => {
      if (this.value) this.player.key(event, this.timeline.track);
    });
  }

  build() {
    this.way = el('nav', { class: 'sl-way', 'aria-label': 'Changed videos' });
    this.name = el('h2', { class: 'sl-video-name' });
    this.said = el('p', { class: 'sl-said' });
    this.painted = el('p', { class: 'sl-painted', 'aria-live': 'polite' });
    this.summary = el('p', { class: 'sl-summary' });
    this.numbers = el('div', { class: 'sl-numbers' });
    this.body = el('div', { hidden: true },
      el('div', { class: 'sl-viewer' },
        el('div', { class: 'sl-main' },
          this.name, this.said, this.player.stage, this.painted, this.player.controls, this.timeline.root),
        el('section', { class: 'sl-answers', 'aria-label': 'What both versions said' },
          this.cards.root, this.summary, this.heat.root,
          el('p', { class: 'sl-hint', text: 'This shows what counted, not whether it understood.' }), howToCompare()),
        this.numbers));
    this.root.replaceChildren(this.way, this.body);
  }

  update(raw) {
    this.value = decodeComparison(raw);
    const { value } = this;
    this.way.replaceChildren(...wayThrough(value?.way));
    const answers = value?.sides.filter(({ answer }) => answer) ?? [];
    this.body.hidden = !answers.length;
    if (!answers.length) {
      this.value = null;
      this.player.video.pause();
      return;
    }
    const { video, start_at: startAt } = answers[0].answer;
    this.video = video;
    this.name.replaceChildren(...breakable(video.name));
    announce('secondlook:shown', { id: video.id, name: video.name });
    this.said.textContent = value.said;
    if (!this.isThere(this.chosen)) this.chosen = this.atFirst();
    this.tables = answers.map(({ answer, name }) => [answer, new NumbersTable(`The numbers of ${name} as a table`)]);
    this.numbers.replaceChildren(...this.tables.map(([, table]) => table.root));
    this.cards.draw(value);
    this.player.heat.canvas.style.opacity = this.heat.opacity;
    this.drawChosen();
    this.player.load(video, startAt ?? null);
    this.showTime(this.player.time);
  }

  isThere(chosen) {
    return Boolean(chosen && this.value.sides[chosen.s]?.answer && this.value.classes[chosen.c]);
  }

  /** The newer version and the class that people named, or the next best that can be painted. */
  atFirst() {
    const choices = choicesOf(this.value).sort((one, two) => two.s - one.s || one.c - two.c);
    return choices.find(({ s, c }) => this.value.sides[s].rows[c].row !== null) ?? choices[0];
  }

  choose(chosen) {
    this.chosen = chosen;
    this.drawChosen();
    this.showTime(this.player.time);
  }

  drawChosen() {
    const { value, chosen, player } = this;
    const side = value.sides[chosen.s];
    const { answer } = side;
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
      duration: this.video.duration,
      fps: this.video.fps,
      rows: value.sides.flatMap((_, s) => sideBlock(value, s, chosen, (wanted) => this.choose(wanted))),
      gaps: [],
    }, (t) => this.describe(t));
    for (const [shown, table] of this.tables) table.draw(shown, this.rowIn(shown));
  }

  rowIn(answer) {
    return this.value.sides.find((side) => side.answer === answer).rows[this.chosen.c].row;
  }

  showTime(t) {
    if (!this.value) return;
    const { s, c } = this.chosen;
    const { answer, rows } = this.value.sides[s];
    const { row } = rows[c];
    this.player.heat.paint(row === null ? null : fieldAt(answer.evidence, row, t));
    this.timeline.showTime(t);
  }

  describe(t) {
    return [`${clock(t)} s`, ...this.value.sides.flatMap((_, s) => sideAt(this.value, s, this.chosen.c, t))];
  }
}

function howToCompare() {
  const points = [
    'One play head runs through both versions: what it crosses happened at the same moment.',
    'Every strip reaches from 0 to 100 %, so strips can be compared with each other.',
    'Evidence has a scale of its own for each version, written beside its curve: compare the shapes, not the heights.',
    'Evidence is that for the chosen class. A version that does not know it shows the evidence for its own answer.',
    'The picture shows the evidence of one version for one class: choose both at once in the list.',
    'Hatched stretches were not analysed by that version.',
  ];
  return el('details', { class: 'sl-details' },
    el('summary', { text: 'How to read this' }),
    el('ul', {}, ...points.map((text) => el('li', { text }))));
}

const compared = new Comparison(element.querySelector('.sl-root'));
compared.update(props.value);
watch('value', () => compared.update(props.value));
