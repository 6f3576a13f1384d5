/** Puts the viewer together and keeps its parts in step. */

class Viewer {
  constructor(root) {
    this.root = root;
    this.chosen = 0;
    this.wish = OTHERS; // what the person chose; not every answer can show it
    this.player = new Player({ onTime: (t) => this.showTime(t) });
    this.timeline = new Timeline({ onSeek: (t) => this.player.seek(t) });
    this.answers = new Answers({
      onChoose: (c) => this.choose(c),
      onAgainst: (against) => this.set(against),
      onOpacity: (share) => { this.player.heat.canvas.style.opacity = share; },
    });
    this.moments = new KeyMoments({ onSeek: (t) => this.player.seek(t) });
    this.table = new NumbersTable();
    this.empty = el('p', { class: 'sl-empty', text: 'Choose a video, and what the model saw in it is shown here.' });
    this.body = el('div', { class: 'sl-viewer', hidden: true },
      el('div', { class: 'sl-main' },
        this.player.stage, this.player.controls, this.timeline.root),
      this.answers.root,
      this.moments.root,
      this.table.root);
    root.replaceChildren(this.empty, this.body);
    listenWhileShown(root, 'keydown', (event) => this.key(event));
    listenWhileShown(root, 'secondlook:seek', (event) => this.obeySeek(event.detail));
  }

  update(raw) {
    this.show(raw);
    announce('secondlook:about', { part: 'viewer', video: this.value?.video.id ?? null });
  }

  show(raw) {
    const before = this.value?.video.id;
    this.value = decodeValue(raw);
    this.empty.hidden = this.value !== null;
    this.body.hidden = this.value === null;
    announce('secondlook:shown', { id: this.value?.video.id ?? null, name: this.value?.video.name ?? '' });
    if (!this.value) {
      this.player.video.pause();
      return;
    }
    const { value, player } = this;
    const answered = value.answered !== false;
    this.drawParts(answered);
    if (!answered) {
      this.drawUnanswered();
      return;
    }
    if (before !== value.video.id || this.chosen >= value.classes.length) this.chosen = 0;
    player.heat.canvas.style.opacity = this.answers.heat.opacity;
    player.frame(value.crop);
    this.answers.draw(value);
    this.drawChosen();
    player.load(value.video, value.start_at ?? null);
    this.showTime(player.time);
    this.tellChoice();
  }

  drawParts(answered) {
    for (const part of [this.answers.root, this.moments.root, this.table.root]) part.hidden = !answered;
    this.body.classList.toggle('sl-viewer-unanswered', !answered);
  }

  /** Nobody has looked at the video yet: it can be watched. */
  drawUnanswered() {
    const { value, player } = this;
    this.chosen = 0;
    this.view = null;
    player.frame({ x: 0, y: 0, width: 1, height: 1 });
    const { duration, fps } = value.video;
    this.timeline.draw({ duration, fps, rows: [], gaps: [] }, (t) => [`${clock(t)} s`]);
    if (value.playable) player.load(value.video, null);
    else player.unload(value.video, 'A copy that your browser can play is not ready yet.');
    this.showTime(player.time);
  }

  drawChosen() {
    const { value, chosen, answers } = this;
    this.against = answers.view.draw(value, chosen, this.wish);
    this.view = viewOf(value, chosen, this.against);
    const shown = { ...value, evidence: this.view };
    if (this.view) this.player.heat.place(this.view, value.crop);
    answers.choose(chosen, this.view, sentenceOf(value, chosen, this.against));
    const strips = value.classes.map((_, c) => stripRow(value, c, c === chosen, () => this.choose(c)));
    this.timeline.draw({
      duration: value.video.duration,
      fps: value.video.fps,
      rows: [...strips, curveRow(shown, 0, againstInWords(value, this.against))],
      gaps: value.gaps,
    }, (t) => this.describe(t));
    this.moments.draw(value, value.classes[chosen]?.label ?? '', value.reasons?.moments[chosen] ?? [], this.view);
    this.table.draw(value, chosen, this.view, againstInWords(value, this.against));
  }

  choose(c) {
    if (!this.value || c === this.chosen) return;
    this.chosen = c;
    this.drawChosen();
    this.showTime(this.player.time);
    this.tellChoice();
  }

  /** Sets the chosen class against others, against one, or shows all its evidence. */
  set(against) {
    this.wish = against;
    this.drawChosen();
    this.showTime(this.player.time);
  }

  tellChoice() {
    const answer = this.value.classes[this.chosen];
    if (answer) announce('secondlook:class', { index: answer.index, label: answer.label });
  }

  showTime(t) {
    if (!this.value) return;
    this.player.heat.paint(fieldAt(this.view, 0, t));
    this.timeline.showTime(t);
    announce('secondlook:time', { t });
  }

  /** What is known about a moment, one line each. */
  describe(t) {
    const { classes, timeline, gaps } = this.value;
    const lines = [`${clock(t)} s`];
    if (inGap(gaps, t)) return [...lines, 'not analysed'];
    classes.forEach((answer, c) => {
      const probability = probabilityAt(timeline, c, t);
      if (probability !== null) lines.push(`${answer.label} ${percent(probability)}`);
    });
    const value = curveAt(this.view, 0, t);
    const words = `evidence for ${classes[this.chosen].label} ${againstInWords(this.value, this.against)}`;
    if (value !== null) lines.push(`${words.trimEnd()} ${signed(value)}`);
    return lines;
  }

  obeySeek(detail) {
    const t = Number(detail?.t);
    if (this.value && Number.isFinite(t)) this.player.seek(t);
  }

  key(event) {
    if (this.value) this.player.key(event, this.timeline.track);
  }
}

const viewer = new Viewer(element.querySelector('.sl-root'));
viewer.update(props.value);
watch('value', () => viewer.update(props.value));
