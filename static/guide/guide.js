/** Address and page always belong together: one entry of the browser's history for each video. */

const PATIENCE_MS = 10000; // then the page is loaded anew, and the browser says what is wrong
const PARTS = ['progress', 'viewer', 'correction', 'recalled', 'takeaway']; // what is about a video
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
  constructor(root) {
    this.root = root;
    document.head.append(hidingRule());
    this.about = {}; // which video the parts show that tell it
    const turned = () => {
      if (root.isConnected) this.turn();
      else removeEventListener('popstate', turned);
    };
    addEventListener('popstate', turned);
    listenWhileShown(root, 'secondlook:about', ({ detail }) => {
      this.about[detail.part] = detail.video;
      this.settle();
    });
    // A key would still reach what is hidden, and label the wrong video.
    addEventListener('keydown', (event) => {
      if (root.isConnected && this.hidden) event.stopImmediatePropagation();
    }, true);
  }

  hide(hidden) {
    this.hidden = hidden;
    document.documentElement.toggleAttribute(TURNING, hidden);
  }

  turn() {
    this.hide(true);
    this.turning = true;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => location.reload(), PATIENCE_MS);
    trigger('turned', asked());
  }

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

  writeAddress({ video, version }, isOther) {
    const address = new URL(location.href);
    for (const [name, now] of [['video', video], ['version', version]]) {
      if (now === null || now === undefined) address.searchParams.delete(name);
      else address.searchParams.set(name, now);
    }
    if (isOther) {
      address.searchParams.delete('t');
      history.pushState(null, '', address);
    } else if (address.href !== location.href) history.replaceState(null, '', address);
  }
}

const guide = new Guide(element.querySelector('.sl-root'));
guide.update(props.value);
watch('value', () => guide.update(props.value));
