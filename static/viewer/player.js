/** The picture and its buttons. Time runs here; everybody else is told by `onTime`. */

import { el, safeUrl } from '../kit/dom.js';
import { clamp } from '../kit/numbers.js';
import { cover, HeatMap } from './heatmap.js';
import { PlayerButtons, SPEEDS } from './player_buttons.js';
import { actionOf } from './player_keys.js';

/** @import { Crop, VideoFacts } from './values.js' */

const USUAL_FPS = 25; // only where the file names none
const NEAR_S = 1e-3;
const JUMP_S = 1; // what an arrow key moves, but in a short video no more than a tenth of it

export class Player {
  /** @type {string | null | undefined} */
  src;
  /** @type {number | null} */
  startAt = null;
  /** @type {number | null} where a running seek goes */
  target = null;
  /** @type {number | null} where the last seek went, until the video plays on */
  asked = null;
  /** @type {number | null} time stamp of the picture that playing showed last, if the browser tells */
  presented = null;
  duration = 0;
  fps = USUAL_FPS;
  time = 0;

  /** @param {{ onTime: (t: number) => void }} heard */
  constructor({ onTime }) {
    this.onTime = onTime;
    this.heat = new HeatMap();
    this.video = el('video', { class: 'sl-video', playsinline: true, preload: 'auto' });
    this.crop = el('div', { class: 'sl-crop', 'aria-hidden': 'true' });
    this.message = el('p', { class: 'sl-stage-message', role: 'status' });
    this.stage = el('div', { class: 'sl-stage', on: { click: () => this.toggle() } },
      this.video, this.heat.canvas, this.crop, this.message);
    this.listen();
    this.buttons = new PlayerButtons(this);
    this.controls = this.buttons.root;
    this.setLoop(false);
    this.setMuted(false);
  }

  listen() {
    const { video } = this;
    /** @param {string} event @param {() => void} listener */
    const at = (event, listener) => video.addEventListener(event, listener);
    at('loadedmetadata', () => {
      if (video.videoWidth) this.shape(video.videoWidth, video.videoHeight);
      if (this.startAt !== null) this.seek(this.startAt);
    });
    at('loadeddata', () => this.say(''));
    at('play', () => {
      this.asked = null;
      this.buttons.showPlaying(true);
    });
    at('pause', () => this.buttons.showPlaying(false));
    at('seeked', () => this.arrived());
    at('timeupdate', () => this.tick(video.currentTime));
    at('ended', () => this.tick(this.duration));
    at('error', () => this.say('This browser cannot play the video. What the model saw is still shown below.'));
    if ('requestVideoFrameCallback' in video) {
      /** @type {VideoFrameRequestCallback} */
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

  /**
   * `facts` is the value's `video`; a video that is already loaded keeps its place.
   * @param {VideoFacts} facts
   * @param {number | null} startAt
   */
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

  /**
   * A sentence instead of the picture.
   * @param {VideoFacts} facts
   * @param {string} sentence
   */
  unload(facts, sentence) {
    this.duration = facts.duration;
    this.src = null;
    this.video.removeAttribute('src');
    this.video.load();
    this.shape(facts.width, facts.height);
    this.tick(0);
    this.say(sentence);
  }

  /** @param {number} width @param {number} height */
  shape(width, height) {
    if (width > 0 && height > 0) this.stage.style.setProperty('--sl-aspect', String(width / height));
  }

  /** @param {Crop} crop */
  frame(crop) {
    const whole = crop.width > 0.995 && crop.height > 0.995;
    this.crop.hidden = whole;
    cover(this.crop, crop);
  }

  /** @param {string} text */
  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }

  /** @param {number} t */
  tick(t) {
    if (this.target !== null) return;
    this.show(t);
  }

  /** @param {number} t */
  show(t) {
    this.time = clamp(t, 0, this.duration);
    this.buttons.showTime(this.time, this.duration);
    this.onTime(this.time);
  }

  /**
   * Seeks at once; while one seek runs only the last wish is kept.
   * @param {number} t
   */
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

  /**
   * Goes `frames` pictures on, to the middle of one, where rounding cannot hit its neighbour.
   * @param {number} frames
   */
  step(frames) {
    this.video.pause();
    this.seek((Math.max(this.frameNumber() + frames, 0) + 0.5) / this.fps);
  }

  toggle() {
    if (!this.video.paused) this.video.pause();
    else this.video.play().catch(() => this.say('The browser did not start the video.'));
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.video.playbackRate = speed;
    this.buttons.showSpeed(speed);
  }

  /** @param {number} direction */
  faster(direction) {
    const at = SPEEDS.indexOf(this.video.playbackRate) + direction;
    this.setSpeed(SPEEDS[clamp(at, 0, SPEEDS.length - 1)]);
  }

  /** @param {boolean} on */
  setLoop(on) {
    this.video.loop = on;
    this.buttons.showLoop(on);
  }

  /** @param {boolean} on */
  setMuted(on) {
    this.video.muted = on;
    this.buttons.showMuted(on);
  }

  /** Fills the screen with the picture, its buttons and what stands beside them, or ends that. */
  toggleWhole() {
    const refused = () => this.say('The browser did not give the whole screen.');
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) this.stage.parentElement?.requestFullscreen().catch(refused);
    else if ('webkitEnterFullscreen' in this.video) {
      /** @type {any} */ (this.video).webkitEnterFullscreen(); // iPhones: the bare video
    } else refused();
  }

  /** @param {number} direction */
  jump(direction) {
    this.seek(this.time + direction * Math.min(JUMP_S, this.duration / 10));
  }

  /**
   * Obeys a key pressed anywhere on the page, unless what has the focus uses that key itself.
   * @param {KeyboardEvent} event
   * @param {Element} track
   * @param {(direction: number) => void} [toPeak]
   */
  key(event, track, toPeak) {
    const action = actionOf(event, this, track, toPeak);
    if (!action) return;
    event.preventDefault();
    action();
  }
}
