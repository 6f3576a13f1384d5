/** Address and page always belong together: one entry of the browser's history for each video. */

import { endAhead, SHOWN_AHEAD } from '../kit/ahead.js';
import { el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { hear, listenWhileShown } from '../kit/news.js';

/** @import { Gradio } from '../kit/gradio.js' */

/** @typedef {{ video: number | string | null, version: string | null, missing: boolean }} GuideValue */

const PATIENCE_MS = 10000; // then the page is loaded anew, and the browser says what is wrong
const PARTS = ['progress', 'viewer', 'correction', 'recalled', 'takeaway']; // what is about a video
const FOLLOW_MS = 100;
const TURNING = 'data-turning';

/** A rule, because Gradio writes the parts' own style anew whenever their value changes. */
function hidingRule() {
  const parts = PARTS.map((id) => `#${id}, #${id} *`).join(', ');
  return el('style', { text: `[${TURNING}] :is(${parts}) { visibility: hidden !important; }` });
}

function asked() {
  const query = new URLSearchParams(location.search);
  return { video: query.get('video'), version: query.get('version'), t: query.get('t') };
}

class Guide {
  /** @type {GuideValue | null} */
  value = null;
  /** @type {Record<string, number | null>} which video the parts show that tell it */
  about = {};
  hidden = false;
  turning = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  waiting;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  following;

  /** @param {HTMLElement} root @param {Gradio['trigger']} trigger */
  constructor(root, trigger) {
    this.trigger = trigger;
    this.root = root;
    document.head.append(hidingRule());
    const turned = () => {
      if (root.isConnected) this.turn();
      else removeEventListener('popstate', turned);
    };
    addEventListener('popstate', turned);
    hear(root, 'secondlook:about', (detail) => {
      this.about[detail.part] = detail.video;
      this.settle();
    });
    listenWhileShown(root, SHOWN_AHEAD, () => this.confirm());
    // A key would still reach what is hidden, and label the wrong video.
    addEventListener('keydown', (event) => {
      if (root.isConnected && this.hidden) event.stopImmediatePropagation();
    }, true);
  }

  /** @param {boolean} hidden */
  hide(hidden) {
    this.hidden = hidden;
    document.documentElement.toggleAttribute(TURNING, hidden);
  }

  /** Lets the server follow to a video that is shown already; while somebody hurries on, later. */
  confirm() {
    this.turning = false;
    clearTimeout(this.waiting);
    clearTimeout(this.following);
    this.following = setTimeout(() => this.trigger('turned', asked()), FOLLOW_MS);
  }

  turn() {
    endAhead();
    clearTimeout(this.following);
    this.hide(true);
    this.turning = true;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => location.reload(), PATIENCE_MS);
    this.trigger('turned', asked());
  }

  /** @param {GuideValue | null} raw */
  update(raw) {
    this.value = plain(raw);
    this.settle();
  }

  /** Once all parts are about one video the address is, too; until then nothing is shown. */
  settle() {
    const { value } = this;
    if (!value) return;
    const wanted = value.missing ? null : value.video;
    const isWhole = Object.values(this.about).every((video) => video === wanted);
    const isOther = String(value.video ?? '') !== (asked().video ?? '');
    if (!isWhole || (this.turning && isOther)) { // the one that was asked for comes yet
      this.hide(true);
      return;
    }
    clearTimeout(this.waiting);
    this.turning = false;
    this.writeAddress(value, isOther);
    this.hide(false);
  }

  /** @param {GuideValue} value @param {boolean} isOther */
  writeAddress({ video, version }, isOther) {
    const address = new URL(location.href);
    for (const [name, now] of Object.entries({ video, version })) {
      if (now === null || now === undefined) address.searchParams.delete(name);
      else address.searchParams.set(name, String(now));
    }
    if (isOther) {
      address.searchParams.delete('t');
      history.pushState(null, '', address);
    } else if (address.href !== location.href) history.replaceState(null, '', address);
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const guide = new Guide(rootOf(gradio), gradio.trigger);
  follow(gradio, (value) => guide.update(value));
}
