/** The bar of a queue: where the person is, and the way to the next video. */

import { showAhead } from '../kit/ahead.js';
import { el } from '../kit/dom.js';
import { plain, rootOf } from '../kit/gradio.js';
import { shortcut } from '../kit/keys.js';
import { hear, listenWhileShown } from '../kit/news.js';
import { Ahead } from './ahead.js';
import { dropQueue, keepQueue, keptQueue, placeIn, renewed } from './kept.js';

/** @import { Gradio } from '../kit/gradio.js' */

const RENEWED_AFTER = 3; // labels; as in benchmarks/queue_order

class QueueBar {
  /** @type {number | null} the video that is shown */
  video = null;

  /** @param {HTMLElement} root @param {Gradio['server']} server */
  constructor(root, server) {
    this.server = server;
    this.ahead = new Ahead(server);
    this.words = el('p', { class: 'sl-queue-place', role: 'status' });
    this.why = el('p', { class: 'sl-queue-why' });
    this.back = button('Previous', 'P', () => this.go(this.place()?.before));
    this.next = button('Next', 'N', () => this.go(this.place()?.next));
    this.list = el('a', { class: 'sl-queue-list', text: 'List', title: 'Back to the list', on: { click: dropQueue } });
    this.bar = el('nav', { class: 'sl-queue', 'aria-label': 'Queue', hidden: true },
      this.words, this.why, this.back, this.next, this.list);
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
    this.ahead.load(place?.coming ?? []);
    if (!place) return;
    this.list.href = keptQueue()?.list ?? '/videos';
    this.words.textContent = `${place.place} of ${place.of}`;
    this.why.textContent = place.why;
    this.back.disabled = place.before === null;
    this.next.disabled = place.next === null;
  }

  /** Whoever saved goes on; nobody is sent away from the last one. */
  saved() {
    const place = this.place();
    if (place) this.count();
    if (place?.next) this.go(place.next);
    else if (place) this.words.textContent = `${place.place} of ${place.of}. That was the last one.`;
  }

  /** After some labels something else may be best next. */
  count() {
    const queue = keptQueue();
    if (!queue?.adapts) return;
    const saved = (queue.saved ?? 0) + 1;
    keepQueue({ ...queue, saved });
    if (saved >= RENEWED_AFTER) this.renew();
  }

  /** Asks for the rest of the queue anew; without an answer it stays as it was. */
  async renew() {
    const list = keptQueue()?.list ?? '';
    let fresh;
    try {
      fresh = plain(await this.server.queue_videos(list.slice(list.indexOf('?'))));
    } catch {
      return;
    }
    const queue = keptQueue();
    if (!fresh?.ids?.length || queue?.list !== list || this.place() === null) return;
    keepQueue(renewed(queue, Number(this.video), fresh));
    this.show(this.video);
  }

  /**
   * Whoever took a label back wants to give another one.
   * @param {number} video
   */
  undone(video) {
    if (video !== this.video && placeIn(keptQueue(), video)) this.go(video);
  }

  /**
   * Shows another video at once if it was loaded ahead, else without loading the page anew: as the browser's Back and Forward do.
   * @param {number | null | undefined} video
   */
  go(video) {
    if (!video) return;
    history.pushState(null, '', `${location.pathname}?video=${video}`);
    const values = this.ahead.take(video);
    if (values) showAhead({ video, values });
    else dispatchEvent(new PopStateEvent('popstate'));
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
  new QueueBar(rootOf(gradio), gradio.server);
}
