/** All videos on their way: sends them in turn and follows their answers. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { forget, recall, remember } from '../kit/memory.js';
import { announce, listenWhileShown } from '../kit/news.js';
import { aboutTime } from '../kit/numbers.js';
import { Item, smallButton } from './item.js';
import { lookAt } from './looking.js';
import { Pace } from './pace.js';
import { holdReload } from './reload.js';
import { Sending, isArchive } from './sending.js';

/** @import { Gradio } from '../kit/gradio.js' */

const LOOK_MS = 1500; // between two questions how the answers are
const KEPT = 'uploads'; // what is under way, for after a reload

class Uploads {
  /** @type {Item[]} */
  items = [];
  running = 0;
  /** Whether the page should go to the next video that is stored. */
  shouldOpen = false;
  isLooking = false;
  isPaused = false;
  pace = new Pace();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {HTMLElement} root @param {Gradio} gradio */
  constructor(root, { props, trigger }) {
    this.root = root;
    this.props = props;
    this.trigger = trigger;
    this.head = el('h3', { class: 'sl-files-head' });
    this.pauseAll = smallButton('Pause', () => this.pause());
    this.cancelAll = smallButton('Cancel all', () => this.cancelRest());
    this.again = smallButton('Try again', () => this.retry());
    this.close = smallButton('Close', () => this.clear());
    this.close.setAttribute('aria-label', 'Close the list');
    this.fill = el('div', { class: 'sl-bar-fill' });
    this.bar = el('div', {
      class: 'sl-bar', role: 'progressbar', 'aria-label': 'Videos added', 'aria-valuemin': 0, 'aria-valuemax': 100,
    }, this.fill);
    this.list = el('ul', { class: 'sl-files-list', tabindex: 0, 'aria-label': 'Videos on their way' });
    this.said = el('p', { class: 'sl-hidden', role: 'status' });
    this.panel = el('section', { class: 'sl-files', 'aria-label': 'Adding videos', hidden: true },
      el('div', { class: 'sl-files-top' }, this.head, el('span', { class: 'sl-spring' }), this.pauseAll, this.cancelAll, this.again, this.close),
      this.bar, this.list);
    root.replaceChildren(this.panel, this.said);
    listenWhileShown(root, 'secondlook:files', ({ detail }) => this.add(detail.files));
    addEventListener('beforeunload', (event) => {
      if (root.isConnected && this.items.some((item) => item.unsent)) event.preventDefault();
    });
    holdReload(() => root.isConnected && this.items.some((item) => item.unsent));
    this.findAgain();
  }

  /** @param {File[]} files */
  add(files) {
    if (this.items.every((item) => item.ended)) this.clear();
    if (!this.items.some((item) => item.unsent)) this.pace.begin(now(), 0);
    this.shouldOpen = true; // the first one of every selection
    for (const file of files) {
      const item = this.make(file.name);
      const most = Number(isArchive(file.name) ? this.props.most_archive_bytes : this.props.most_bytes);
      if (file.size > most) {
        item.go('refused', `This is too large: at most ${Math.floor(most / 2 ** 20)} MiB can be taken.`);
      } else item.file = file;
    }
    this.show();
    this.sendNext();
  }

  /** @param {string} name */
  make(name) {
    const item = new Item(name, { onOpen: ({ video }) => this.open(video), onCancel: (one) => this.cancel(one) });
    this.items.push(item);
    this.list.append(item.root);
    return item;
  }

  /** @param {number | null} video */
  open(video) {
    if (video !== null) this.trigger('opened', { video });
  }

  sendNext() {
    while (!this.isPaused && this.running < Number(this.props.at_once)) {
      const item = this.items.find(({ state }) => state === 'queued');
      if (!item?.file) return;
      this.send(item, item.file);
    }
  }

  /** @param {Item} item @param {File} file */
  async send(item, file) {
    this.running += 1;
    item.sent(0);
    item.sending = new Sending(file, {
      onShare: (share) => { item.sent(share); this.show(); },
      onPause: (paused) => { if (paused) item.go('paused'); },
    });
    const { video, batch, error } = await item.sending.send();
    this.running -= 1;
    if (!error) item.file = null; // or the browser keeps all of it
    if (video) this.stored(item, video);
    else if (batch) this.handedOver(item, batch);
    else if (error) item.go('refused', error);
    else item.go('cancelled');
    this.show();
    this.sendNext();
  }

  /** @param {Item} item @param {number} video */
  stored(item, video) {
    item.stored(video);
    this.keep();
    if (this.shouldOpen) {
      this.shouldOpen = false;
      this.open(video);
    }
    if (!this.timer) this.look(); // the next one sees it, too: not a question for each file
  }

  /**
   * The server goes on with an archive by itself, and another list shows it.
   * @param {Item} item
   * @param {number} batch
   */
  handedOver(item, batch) {
    this.items = this.items.filter((one) => one !== item);
    item.root.remove();
    announce('secondlook:batch', { batch });
  }

  /** @param {Item} item */
  cancel(item) {
    if (item.state === 'queued') item.go('cancelled');
    else item.sending?.cancel();
    this.show();
  }

  /** What is being sent comes to its end; the rest waits. */
  pause() {
    this.isPaused = !this.isPaused;
    if (this.isPaused) this.pace.pause(now());
    else this.pace.goOn(now());
    this.show();
    this.sendNext();
  }

  /** Sends once more what could not be taken. */
  retry() {
    for (const item of this.items) {
      if (item.state === 'refused' && item.file) item.go('queued');
    }
    this.pace.begin(now(), this.share());
    this.show();
    this.sendNext();
  }

  /** 0..1 of all that was chosen. */
  share() {
    const sent = this.items.reduce((sum, item) => sum + (item.unsent ? item.share : 1), 0);
    return this.items.length ? sent / this.items.length : 0;
  }

  cancelRest() {
    this.isPaused = false;
    for (const item of this.items.filter((one) => one.unsent)) this.cancel(item);
  }

  clear() {
    this.items = this.items.filter((item) => item.unsent);
    this.list.replaceChildren(...this.items.map((item) => item.root));
    this.keep();
    this.show();
  }

  show() {
    /** @param {(item: Item) => boolean} test */
    const count = (test) => this.items.filter(test).length;
    const all = this.items.length;
    const added = count(({ video }) => video !== null);
    const unsent = count((item) => item.unsent);
    this.panel.hidden = all < 1 || (all === 1 && this.items[0].video !== null);
    const parts = [`${added} of ${all} ${all === 1 ? 'video' : 'videos'} added`];
    const ready = count(({ state }) => state === 'ready');
    if (added) parts.push(`${ready} ready`);
    const bad = count(({ state }) => state === 'refused' || state === 'failed');
    if (bad) parts.push(`${bad} failed`);
    const left = unsent ? this.pace.remaining(now(), this.share()) : null;
    if (unsent && this.isPaused) parts.push('paused');
    else if (left !== null) parts.push(`about ${aboutTime(left)} left`);
    this.head.textContent = parts.join(', ');
    const share = Math.round(100 * this.share());
    this.fill.style.width = `${share}%`;
    this.bar.setAttribute('aria-valuenow', String(share));
    this.bar.hidden = !unsent;
    this.cancelAll.hidden = unsent < 2;
    this.pauseAll.hidden = unsent < 2;
    this.pauseAll.textContent = this.isPaused ? 'Continue' : 'Pause';
    this.again.hidden = unsent > 0 || !count(({ state, file }) => state === 'refused' && file !== null);
    this.close.hidden = unsent > 0;
    const done = all > 1 && !unsent ? this.head.textContent : '';
    if (this.said.textContent !== done) this.said.textContent = done;
  }

  /** Asks how the answers are, as long as there is one to wait for. */
  async look() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isLooking) return;
    const open = this.items.filter((item) => item.video !== null && !item.ended);
    if (!open.length || !this.root.isConnected) return;
    this.isLooking = true;
    await lookAt(open);
    this.isLooking = false;
    this.keep();
    this.show();
    this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  keep() {
    const open = this.items.filter((item) => item.video !== null && !item.ended);
    if (open.length) remember(KEPT, this.items.filter(({ video }) => video !== null).map(({ name, video }) => ({ name, video })));
    else forget(KEPT);
  }

  findAgain() {
    const kept = recall(KEPT, []);
    if (!Array.isArray(kept)) return;
    for (const { name, video } of kept) {
      if (Number.isInteger(video)) this.make(String(name)).stored(video);
    }
    this.show();
    this.look();
  }
}

function now() {
  return performance.now() / 1000;
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Uploads(rootOf(gradio), gradio);
}
