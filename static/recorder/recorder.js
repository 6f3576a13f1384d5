/** Recording step by step: camera on, countdown, recording, looking at it, using it. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { Camera, reasonOf, whyNoCamera } from './camera.js';

/** @import { Gradio } from '../kit/gradio.js' */

const LENGTHS = [[5, '5 seconds'], [10, '10 seconds'], [20, '20 seconds'], [0, 'until I stop']];
const COUNT_FROM = 3;
const SECOND_MS = 1000;
/** @typedef {'never' | 'off' | 'starting' | 'ready' | 'counting' | 'recording' | 'taken' | 'sending' | 'sent'} Step */
/** @type {Record<Step, string[]>} which buttons each step shows */
const BUTTONS = {
  never: [], off: ['on'], starting: [], ready: ['record', 'other', 'off'], counting: ['stop'], recording: ['stop'],
  taken: ['use', 'again'], sending: [], sent: ['again'],
};
/** @type {Partial<Record<Step, string>>} */
const HINTS = {
  off: 'Nothing is filmed until you turn the camera on. Sound is not recorded.',
  starting: 'Waiting for the camera. The browser may ask whether this page may use it.',
  ready: 'After you press Record, it counts 3, 2, 1 and starts.',
  taken: 'This is your recording. The camera is off.',
  sending: 'Sending the recording…',
  sent: 'The recording was sent.',
};

/**
 * @param {string} text
 * @param {string} classes
 * @param {() => void} onClick
 */
function button(text, classes, onClick) {
  return el('button', { type: 'button', class: `sl-button ${classes}`, text, on: { click: onClick } });
}

class Recorder {
  camera = new Camera();
  facing = 'user';
  /** @type {Step} */
  step = 'off';
  /** Whether the running recording is to be thrown away. */
  discarded = false;
  /** @type {File | null} */
  file = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  live = el('video', { class: 'sl-live', playsinline: true, 'aria-label': 'What the camera sees' });
  taken = el('video', { class: 'sl-taken', playsinline: true, controls: true, loop: true, 'aria-label': 'Your recording' });
  count = el('div', { class: 'sl-count', 'aria-hidden': 'true' });
  badge = el('div', { class: 'sl-rec', 'aria-hidden': 'true' });
  frame = el('div', { class: 'sl-camera' }, this.live, this.taken, this.count, this.badge);
  said = el('p', { class: 'sl-hidden', 'aria-live': 'assertive' });
  message = el('p', { class: 'sl-error', role: 'alert', hidden: true });
  length = el('select', { class: 'sl-select' },
    ...LENGTHS.map(([seconds, text]) => el('option', { value: seconds, text })));
  lengthLabel = el('label', { class: 'sl-length' }, el('span', { text: 'Length' }), this.length);
  buttons = {
    on: button('Turn on the camera', 'sl-button-main', () => this.turnOn()),
    record: button('Record', 'sl-button-main', () => this.countDown()),
    stop: button('Stop', 'sl-button-main', () => this.stop()),
    use: button('Use this recording', 'sl-button-main', () => this.use()),
    again: button('Record again', '', () => this.turnOn()),
    other: button('Other camera', '', () => this.turnRound()),
    off: button('Turn off', '', () => this.leave()),
  };
  hint = el('p', { class: 'sl-recorder-hint' });

  /** @param {HTMLElement} root @param {Gradio} gradio */
  constructor(root, { props, trigger, upload }) {
    this.props = props;
    this.trigger = trigger;
    this.upload = upload;
    this.live.muted = true;
    this.taken.muted = true;
    root.replaceChildren(el('section', { class: 'sl-recorder', 'aria-label': 'Record with the camera' },
      this.frame, this.hint, this.message,
      el('div', { class: 'sl-recorder-buttons' }, this.lengthLabel, ...Object.values(this.buttons)), this.said));
    const never = whyNoCamera();
    this.go(never ? 'never' : 'off');
    if (never) this.fail(never);
    // A page that is left or a tab that is hidden must not keep filming.
    window.addEventListener('pagehide', () => this.camera.close());
    new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting && !root.offsetParent) this.leave();
    }).observe(root);
  }

  /**
   * Shows what belongs to a step.
   * @param {Step} step
   */
  go(step) {
    this.step = step;
    const shown = BUTTONS[step];
    for (const [name, one] of Object.entries(this.buttons)) one.hidden = !shown.includes(name);
    this.lengthLabel.hidden = !['off', 'ready'].includes(step);
    const isLive = ['ready', 'counting', 'recording'].includes(step);
    this.live.hidden = !isLive;
    this.taken.hidden = !['taken', 'sending', 'sent'].includes(step);
    this.frame.hidden = this.live.hidden && this.taken.hidden;
    this.live.classList.toggle('sl-mirror', this.facing === 'user');
    this.badge.hidden = step !== 'recording';
    this.count.hidden = step !== 'counting';
    this.hint.textContent = HINTS[step] ?? '';
  }

  /** @param {string} sentence */
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

  /** @param {number} [left] */
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
    const limit = Number(this.length.value) || Number(this.props.longest_s);
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

  /** @param {number} startedAt @param {number} limit */
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

  /** @param {File} file */
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
    const { file } = this;
    if (!file) return;
    this.fail('');
    this.go('sending');
    try {
      const { path, url } = await this.upload(file);
      this.props.value = {
        path, url, orig_name: file.name, mime_type: file.type, size: file.size,
        meta: { _type: 'gradio.FileData' },
      };
      this.go('sent');
      this.said.textContent = 'The recording was sent.';
      this.trigger('recorded', {});
    } catch {
      this.go('taken');
      this.fail('The recording could not be sent. It is still here: please try again.');
    }
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Recorder(rootOf(gradio), gradio);
}
