/** The bar of a queue: where the person is, and the way to the next video. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { shortcut } from '../kit/keys.js';
import { hear, listenWhileShown } from '../kit/news.js';
import { dropQueue, keptQueue, placeIn } from './kept.js';

/** @import { Gradio } from '../kit/gradio.js' */

class QueueBar {
  /** @type {number | null} the video that is shown */
  video = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.words = el('p', { class: 'sl-queue-place', role: 'status' });
    this.back = button('Previous', 'P', () => this.go(this.place()?.before));
    this.next = button('Next', 'N', () => this.go(this.place()?.next));
    this.list = el('a', { class: 'sl-queue-list', text: 'List', title: 'Back to the list', on: { click: dropQueue } });
    this.bar = el('nav', { class: 'sl-queue', 'aria-label': 'Queue', hidden: true },
      this.words, this.back, this.next, this.list);
    root.replaceChildren(this.bar);
    hear(root, 'secondlook:about', ({ part, video }) => { if (part === 'correction') this.show(video); });
    listenWhileShown(root, 'secondlook:saved', ({ detail }) => { if (detail.video === this.video) this.saved(); });
    listenWhileShown(root, 'secondlook:undone', ({ detail }) => this.undone(detail.video));
    listenWhileShown(root, 'keydown', (event) => this.key(event));
  }

  place() {
    return placeIn(keptQueue(), this.video);
  }

  /** @param {number | null} video */
  show(video) {
    this.video = video;
    const place = this.place();
    this.bar.hidden = place === null;
    if (!place) return;
    this.list.href = keptQueue()?.list ?? '/videos';
    this.words.textContent = `${place.place} of ${place.of}`;
    this.back.disabled = place.before === null;
    this.next.disabled = place.next === null;
  }

  /** Whoever saved goes on; nobody is sent away from the last one. */
  saved() {
    const place = this.place();
    if (place?.next) this.go(place.next);
    else if (place) this.words.textContent = `${place.place} of ${place.of}. That was the last one.`;
  }

  /**
   * Whoever took a label back wants to give another one.
   * @param {number} video
   */
  undone(video) {
    if (video !== this.video && placeIn(keptQueue(), video)) this.go(video);
  }

  /**
   * Shows another video without loading the page anew: as the browser's Back and Forward do.
   * @param {number | null | undefined} video
   */
  go(video) {
    if (!video) return;
    history.pushState(null, '', `${location.pathname}?video=${video}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.bar.hidden || event.repeat || document.querySelector('dialog[open]')) return;
    const pressed = new Map([['n', this.next], ['s', this.next], ['p', this.back]]).get(shortcut(event) ?? '');
    if (!pressed || pressed.disabled) return;
    event.preventDefault();
    pressed.click();
  }
}

/** @param {string} words @param {string} key @param {() => void} act */
function button(words, key, act) {
  return el('button', { type: 'button', class: 'sl-button', on: { click: act } }, words, ' ', el('kbd', { text: key }));
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new QueueBar(rootOf(gradio));
}
