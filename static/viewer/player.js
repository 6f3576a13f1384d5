/** The picture and its buttons. Time runs here; everybody else is told by `onTime`. */

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
const USUAL_FPS = 25; // only where the file names none
const NEAR_S = 1e-3;
const JUMP_S = 1; // what an arrow key moves, but in a short video no more than a tenth of it
// What does something of its own with the space bar, or with the arrow keys too.
const OWN_SPACE = 'button, summary, input, select, textarea, audio, [role=radio], [role=tab], [role=button], [role=option]';
const OWN_ARROWS = 'input, select, textarea, audio, [role=radio], [role=tab], [role=slider], [role=listbox], [role=option]';

class Player {
  constructor({ onTime }) {
    this.onTime = onTime;
    this.target = null; // where a running seek goes
    this.asked = null; // where the last seek went, until the video plays on
    this.presented = null; // time stamp of the picture that playing showed last, if the browser tells
    this.heat = new HeatMap();
    this.video = el('video', { class: 'sl-video', playsinline: true, preload: 'auto' });
    this.crop = el('div', { class: 'sl-crop', 'aria-hidden': 'true' });
    this.message = el('p', { class: 'sl-stage-message', role: 'status' });
    this.stage = el('div', { class: 'sl-stage', on: { click: () => this.toggle() } },
      this.video, this.heat.canvas, this.crop, this.message);
    this.listen();
    this.controls = this.buildControls();
  }

  buildControls() {
    this.playButton = iconButton(ICONS.play, 'Play', 'Space', () => this.toggle());
    this.loopButton = iconButton(ICONS.loop, 'Repeat', null, () => this.setLoop(!this.video.loop));
    this.soundButton = iconButton(ICONS.sound, 'Sound off', 'M', () => this.setMuted(!this.video.muted));
    this.wholeButton = iconButton(ICONS.whole, 'Full screen', 'F', () => this.toggleWhole());
    this.clock = el('span', { class: 'sl-clock' });
    this.speed = el('select', {
      class: 'sl-select', 'aria-label': 'Speed', title: 'Speed (< and >)',
      on: { change: () => this.setSpeed(Number(this.speed.value)) },
    }, ...SPEEDS.map((speed) => el('option', { value: speed, text: `${speed}×`, selected: speed === 1 })));
    this.setLoop(false);
    this.setMuted(false);
    return el('div', { class: 'sl-controls', role: 'group', 'aria-label': 'Playing' },
      this.playButton,
      iconButton(ICONS.back, 'One picture back', ',', () => this.step(-1)),
      iconButton(ICONS.forth, 'One picture forward', '.', () => this.step(1)),
      this.clock, el('span', { class: 'sl-spring' }), this.speed, this.loopButton, this.soundButton,
      this.wholeButton);
  }

  listen() {
    const { video } = this;
    const at = (event, listener) => video.addEventListener(event, listener);
    at('loadedmetadata', () => {
      if (video.videoWidth) this.shape(video.videoWidth, video.videoHeight);
      if (this.startAt !== null) this.seek(this.startAt);
    });
    at('loadeddata', () => this.say(''));
    at('play', () => {
      this.asked = null;
      this.showPlaying();
    });
    at('pause', () => this.showPlaying());
    at('seeked', () => this.arrived());
    at('timeupdate', () => this.tick(video.currentTime));
    at('ended', () => this.tick(this.duration));
    at('error', () => this.say('This browser cannot play the video. What the model saw is still shown below.'));
    if ('requestVideoFrameCallback' in video) {
      const frame = (_, { mediaTime }) => {
        if (this.asked === null) {
          this.presented = mediaTime;
          if (!video.paused) this.tick(mediaTime);
        }
        video.requestVideoFrameCallback(frame);
      };
      video.requestVideoFrameCallback(frame);
    }
  }

  /** `facts` is the value's `video`; a video that is already loaded keeps its place. */
  load(facts, startAt) {
    const src = safeUrl(facts.src);
    const isNew = src !== this.src;
    this.duration = facts.duration;
    this.fps = facts.fps > 0 ? facts.fps : USUAL_FPS;
    this.startAt = startAt;
    this.video.setAttribute('aria-label', `Video ${facts.name}`);
    if (!isNew) {
      if (startAt !== null) this.seek(startAt);
      return;
    }
    this.src = src;
    this.target = null;
    this.asked = null;
    this.presented = null;
    this.shape(facts.width, facts.height);
    this.say('Loading the video…');
    if (src) this.video.src = src;
    else this.say('The address of this video cannot be used.');
    this.tick(startAt ?? 0);
  }

  /** A sentence instead of the picture. */
  unload(facts, sentence) {
    this.duration = facts.duration;
    this.src = null;
    this.video.removeAttribute('src');
    this.video.load();
    this.shape(facts.width, facts.height);
    this.tick(0);
    this.say(sentence);
  }

  shape(width, height) {
    if (width > 0 && height > 0) this.stage.style.setProperty('--sl-aspect', width / height);
  }

  frame(crop) {
    const whole = crop.width > 0.995 && crop.height > 0.995;
    this.crop.hidden = whole;
    for (const [side, share] of [
      ['left', crop.x], ['top', crop.y], ['width', crop.width], ['height', crop.height],
    ]) this.crop.style[side] = `${share * 100}%`;
  }

  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }

  tick(t) {
    if (this.target !== null) return;
    this.show(t);
  }

  show(t) {
    this.time = clamp(t, 0, this.duration);
    this.clock.textContent = `${clock(this.time)} / ${clock(this.duration)} s`;
    this.onTime(this.time);
  }

  /** Seeks at once; while one seek runs only the last wish is kept. */
  seek(t) {
    const target = clamp(t, 0, this.duration);
    const running = this.target !== null && this.video.seeking;
    this.target = target;
    this.asked = this.video.paused ? target : null;
    this.presented = null;
    this.show(target);
    if (this.video.readyState === 0) {
      this.startAt = target; // as soon as the video is there
      this.target = null;
    } else if (!running) this.video.currentTime = target;
  }

  arrived() {
    const { target } = this;
    if (target === null) return;
    if (Math.abs(this.video.currentTime - target) > NEAR_S && target < this.video.duration) {
      this.video.currentTime = target;
      return;
    }
    this.target = null;
    this.show(target);
  }

  /** Which picture is on the screen, counted from 0. */
  frameNumber() {
    if (this.asked !== null) return Math.floor(this.asked * this.fps + NEAR_S);
    if (this.presented !== null) return Math.round(this.presented * this.fps);
    return Math.floor(this.video.currentTime * this.fps + NEAR_S);
  }

  /** Goes `frames` pictures on, to the middle of one, where rounding cannot hit its neighbour. */
  step(frames) {
    this.video.pause();
    this.seek((Math.max(this.frameNumber() + frames, 0) + 0.5) / this.fps);
  }

  toggle() {
    if (!this.video.paused) this.video.pause();
    else this.video.play().catch(() => this.say('The browser did not start the video.'));
  }

  setSpeed(speed) {
    this.video.playbackRate = speed;
    this.speed.value = String(speed);
  }

  faster(direction) {
    const at = SPEEDS.indexOf(this.video.playbackRate) + direction;
    this.setSpeed(SPEEDS[clamp(at, 0, SPEEDS.length - 1)]);
  }

  setLoop(on) {
    this.video.loop = on;
    this.loopButton.setAttribute('aria-pressed', on);
  }

  setMuted(on) {
    this.video.muted = on;
    nameButton(this.soundButton, on ? 'Sound on' : 'Sound off', 'M');
    this.soundButton.querySelector('path').setAttribute('d', on ? ICONS.silent : ICONS.sound);
  }

  /** Fills the screen with the picture, its buttons and what stands beside them, or ends that. */
  toggleWhole() {
    const refused = () => this.say('The browser did not give the whole screen.');
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) this.stage.parentElement.requestFullscreen().catch(refused);
    else if (this.video.webkitEnterFullscreen) this.video.webkitEnterFullscreen(); // iPhones: the bare video
    else refused();
  }

  jump(direction) {
    this.seek(this.time + direction * Math.min(JUMP_S, this.duration / 10));
  }

  /** Obeys a key pressed anywhere on the page, unless what has the focus uses that key itself. */
  key(event, track) {
    if (document.querySelector('dialog[open]')) return;
    const { target } = event;
    const uses = (what) => target !== track && target instanceof Element && target.closest(what) !== null;
    const actions = {
      f: () => this.toggleWhole(),
      ',': () => this.step(-1),
      '.': () => this.step(1),
      '<': () => this.faster(-1),
      '>': () => this.faster(1),
      k: () => this.toggle(),
      m: () => this.setMuted(!this.video.muted),
    };
    if (!uses(OWN_SPACE)) actions[' '] = () => { if (!event.repeat) this.toggle(); };
    if (!uses(OWN_ARROWS) && !event.shiftKey) {
      actions.ArrowLeft = () => this.jump(-1);
      actions.ArrowRight = () => this.jump(1);
    }
    const action = actions[shortcut(event)];
    if (!action) return;
    event.preventDefault();
    action();
  }

  showPlaying() {
    const { paused } = this.video;
    nameButton(this.playButton, paused ? 'Play' : 'Pause', 'Space');
    this.playButton.querySelector('path').setAttribute('d', paused ? ICONS.play : ICONS.pause);
  }
}
