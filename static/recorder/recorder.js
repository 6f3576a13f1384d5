/** Recording step by step: camera on, countdown, recording, looking at it, using it. */

const LENGTHS = [[5, '5 seconds'], [10, '10 seconds'], [20, '20 seconds'], [0, 'until I stop']];
const COUNT_FROM = 3;
const SECOND_MS = 1000;

class Recorder {
  constructor(root) {
    this.camera = new Camera();
    this.facing = 'user';
    this.build();
    root.replaceChildren(this.panel);
    const never = whyNoCamera();
    this.go(never ? 'never' : 'off');
    if (never) this.fail(never);
    // A page that is left or a tab that is hidden must not keep filming.
    window.addEventListener('pagehide', () => this.camera.close());
    new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting && !root.offsetParent) this.leave();
    }).observe(root);
  }

  build() {
    const button = (text, classes, onClick) => el('button', {
      type: 'button', class: `sl-button ${classes}`, text, on: { click: onClick },
    });
    this.live = el('video', { class: 'sl-live', playsinline: true, 'aria-label': 'What the camera sees' });
    this.live.muted = true;
    this.taken = el('video', { class: 'sl-taken', playsinline: true, controls: true, loop: true, 'aria-label': 'Your recording' });
    this.taken.muted = true;
    this.count = el('div', { class: 'sl-count', 'aria-hidden': 'true' });
    this.badge = el('div', { class: 'sl-rec', 'aria-hidden': 'true' });
    this.frame = el('div', { class: 'sl-camera' }, this.live, this.taken, this.count, this.badge);
    this.said = el('p', { class: 'sl-hidden', 'aria-live': 'assertive' });
    this.message = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.length = el('select', { class: 'sl-select' },
      ...LENGTHS.map(([seconds, text]) => el('option', { value: seconds, text })));
    this.lengthLabel = el('label', { class: 'sl-length' }, el('span', { text: 'Length' }), this.length);
    this.buttons = {
      on: button('Turn on the camera', 'sl-button-main', () => this.turnOn()),
      record: button('Record', 'sl-button-main', () => this.countDown()),
      stop: button('Stop', 'sl-button-main', () => this.stop()),
      use: button('Use this recording', 'sl-button-main', () => this.use()),
      again: button('Record again', '', () => this.turnOn()),
      other: button('Other camera', '', () => this.turnRound()),
      off: button('Turn off', '', () => this.leave()),
    };
    this.hint = el('p', { class: 'sl-recorder-hint' });
    this.panel = el('section', { class: 'sl-recorder', 'aria-label': 'Record with the camera' },
      this.frame, this.hint, this.message,
      el('div', { class: 'sl-recorder-buttons' }, this.lengthLabel, ...Object.values(this.buttons)), this.said);
  }

  /** Shows what belongs to a step: off, ready, counting, recording, taken, sending, sent or never. */
  go(step) {
    this.step = step;
    const shown = {
      never: [], off: ['on'], starting: [], ready: ['record', 'other', 'off'], counting: ['stop'], recording: ['stop'],
      taken: ['use', 'again'], sending: [], sent: ['again'],
    }[step];
    for (const [name, button] of Object.entries(this.buttons)) button.hidden = !shown.includes(name);
    this.lengthLabel.hidden = !['off', 'ready'].includes(step);
    const isLive = ['ready', 'counting', 'recording'].includes(step);
    this.live.hidden = !isLive;
    this.taken.hidden = !['taken', 'sending', 'sent'].includes(step);
    this.frame.hidden = this.live.hidden && this.taken.hidden;
    this.live.classList.toggle('sl-mirror', this.facing === 'user');
    this.badge.hidden = step !== 'recording';
    this.count.hidden = step !== 'counting';
    this.hint.textContent = {
      off: 'Nothing is filmed until you turn the camera on. Sound is not recorded.',
      starting: 'Waiting for the camera. The browser may ask whether this page may use it.',
      ready: 'After you press Record, it counts 3, 2, 1 and starts.',
      taken: 'This is your recording. The camera is off.',
      sending: 'Sending the recording…',
      sent: 'The recording was sent.',
    }[step] ?? '';
  }

  fail(sentence) {
    this.message.textContent = sentence;
    this.message.hidden = !sentence;
  }

  async turnOn() {
    this.fail('');
    this.go('starting');
    try {
      this.live.srcObject = await this.camera.open(this.facing);
      await this.live.play();
      if (this.step !== 'starting') { // the person left while the browser was asking
        this.camera.close();
        return;
      }
      this.go('ready');
      this.buttons.record.focus();
    } catch (error) {
      this.camera.close();
      if (this.step !== 'starting') return;
      this.go('off');
      this.fail(reasonOf(error));
    }
  }

  turnRound() {
    this.facing = this.facing === 'user' ? 'environment' : 'user';
    this.turnOn();
  }

  leave() {
    clearTimeout(this.timer);
    if (['recording', 'counting', 'ready', 'starting'].includes(this.step)) {
      this.discarded = true;
      this.camera.stop();
      this.camera.close();
      this.go('off');
    }
  }

  countDown(left = COUNT_FROM) {
    if (left === COUNT_FROM) {
      this.go('counting');
      this.buttons.stop.focus();
    }
    if (left === 0) {
      this.record();
      return;
    }
    this.count.textContent = String(left);
    this.said.textContent = String(left);
    this.timer = setTimeout(() => this.countDown(left - 1), SECOND_MS);
  }

  async record() {
    this.go('recording');
    this.said.textContent = 'Recording';
    this.discarded = false;
    const limit = Number(this.length.value) || Number(props.longest_s);
    const recorded = this.camera.record();
    this.watchClock(performance.now(), limit);
    try {
      const file = await recorded;
      if (!this.discarded) this.look(file);
    } catch {
      this.leave();
      this.fail('The recording broke off. Please try again.');
    }
  }

  watchClock(startedAt, limit) {
    const passed = (performance.now() - startedAt) / SECOND_MS;
    this.badge.textContent = `● ${passed.toFixed(0)} of ${limit} s`;
    if (passed >= limit) this.stop();
    else this.timer = setTimeout(() => this.watchClock(startedAt, limit), Math.min(SECOND_MS / 4, (limit - passed) * SECOND_MS + 1));
  }

  stop() {
    clearTimeout(this.timer);
    if (this.step === 'counting') this.go('ready');
    else this.camera.stop();
  }

  look(file) {
    clearTimeout(this.timer);
    this.camera.close();
    this.file = file;
    if (this.taken.src) URL.revokeObjectURL(this.taken.src);
    this.taken.src = URL.createObjectURL(file);
    this.taken.play().catch(() => null); // the controls are there
    this.go('taken');
    this.said.textContent = 'Recorded. You can use it or record again.';
    this.buttons.use.focus();
  }

  async use() {
    this.fail('');
    this.go('sending');
    try {
      const { path, url } = await upload(this.file);
      props.value = {
        path, url, orig_name: this.file.name, mime_type: this.file.type, size: this.file.size,
        meta: { _type: 'gradio.FileData' },
      };
      this.go('sent');
      this.said.textContent = 'The recording was sent.';
      trigger('recorded', {});
    } catch {
      this.go('taken');
      this.fail('The recording could not be sent. It is still here: please try again.');
    }
  }
}

new Recorder(element.querySelector('.sl-root'));
