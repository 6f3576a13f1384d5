/** Several methods' curves for one class under one play head. */

class MethodsPage {
  constructor(root) {
    this.chosen = 0;
    this.player = new Player({ onTime: (t) => this.showTime(t) });
    this.timeline = new Timeline({ onSeek: (t) => this.player.seek(t) });
    this.back = el('a', { class: 'sl-methods-back', text: 'Back to the answer' });
    this.name = el('h2', { class: 'sl-video-name' });
    this.about = el('p', { class: 'sl-methods-about' });
    this.select = el('select', {
      class: 'sl-select', on: { change: () => this.choose(Number(this.select.value)) },
    });
    this.table = el('div', { class: 'sl-table-place', tabindex: 0, role: 'region', 'aria-label': 'The methods' });
    this.numbers = el('div', { class: 'sl-table-place', tabindex: 0, role: 'region', 'aria-label': 'Numbers over time' });
    this.asked = el('div', { class: 'sl-methods-asked' },
      el('label', { class: 'sl-methods-class' }, el('span', { text: 'What speaks for' }), this.select),
      this.timeline.root, howToRead(), this.table,
      el('details', { class: 'sl-details' }, el('summary', { text: 'The curves as a table' }), this.numbers));
    this.body = el('div', { class: 'sl-methods', hidden: true },
      this.back, this.name, this.player.stage, this.player.controls, this.about, this.asked);
    root.replaceChildren(this.body);
    listenWhileShown(root, 'keydown', (event) => {
      if (this.value) this.player.key(event, this.timeline.track);
    });
  }

  update(raw) {
    this.value = plain(raw);
    const { value, player } = this;
    this.body.hidden = !value;
    if (!value) {
      player.video.pause();
      return;
    }
    value.video.duration = Math.max(value.video.duration, LEAST_STEP_S);
    this.back.href = safeUrl(value.back);
    this.name.replaceChildren(...breakable(value.video.name));
    announce('secondlook:shown', { name: value.video.name });
    this.about.textContent = value.about;
    this.asked.hidden = !value.ways.length;
    if (this.chosen >= value.classes.length) this.chosen = 0;
    this.select.replaceChildren(...value.classes.map(({ label, probability }, c) => el('option', {
      value: c, text: `${label} (${percent(probability)})`, selected: c === this.chosen,
    })));
    player.frame(value.crop);
    this.draw();
    player.load(value.video, value.start_at);
    this.showTime(player.time);
  }

  choose(c) {
    this.chosen = c;
    this.draw();
    this.showTime(this.player.time);
  }

  draw() {
    const { value, chosen } = this;
    const { label } = value.classes[chosen];
    this.timeline.draw({
      duration: value.video.duration,
      fps: value.video.fps,
      rows: value.ways.map((way) => wayRow(way, chosen, value.video.duration)),
      gaps: value.gaps,
    }, (t) => this.describe(t));
    if (!value.ways.length) return;
    this.table.replaceChildren(waysTable(value.ways, chosen, label));
    this.numbers.replaceChildren(momentsTable(value, chosen, label));
  }

  showTime(t) {
    if (this.value) this.timeline.showTime(t);
  }

  describe(t) {
    const { ways, gaps } = this.value;
    if (inGap(gaps, t)) return [`${clock(t)} s`, 'not analysed'];
    return [`${clock(t)} s`,
      ...ways.map((way) => `${way.name}, ${way.stage} ${wayAt(way, this.chosen, t) ?? ''}`)];
  }
}

function howToRead() {
  const points = [
    'Above the dashed line a moment speaks for the class, below it against; some methods cannot say the latter.',
    'Methods that add up to the score are in its unit (logits) and share one scale: their heights can be compared.',
    'Every other method has a unit of its own and is scaled to its own maximum over all classes: compare shapes only.',
    'All methods are placed where their steps look; as other tools draw them they are late by up to half a second.',
  ];
  return el('details', { class: 'sl-details' }, el('summary', { text: 'How to read this' }),
    el('ul', {}, ...points.map((text) => el('li', { text }))));
}

const methodsPage = new MethodsPage(element.querySelector('.sl-root'));
methodsPage.update(props.value);
watch('value', () => methodsPage.update(props.value));
