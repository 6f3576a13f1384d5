/** One file of the list: what is known of it, and its line. */

const WORDS = {
  queued: 'To be sent', sending: 'Sending', checking: 'Checking the video', paused: 'Waiting to send again',
  stored: 'Added', waiting: 'Waiting to be analysed', working: 'Being analysed', ready: 'Ready',
  stopped: 'Added, not analysed', none: 'Added, not analysed', failed: 'Added, but not analysed',
  refused: '', cancelled: 'Not sent',
};

/** Nothing more will happen to it. */
const ENDED = ['ready', 'stopped', 'none', 'failed', 'refused', 'cancelled'];
/** It has not reached the server. */
const UNSENT = ['queued', 'sending', 'checking', 'paused'];

class Item {
  constructor(name, { onOpen, onCancel }) {
    this.name = name;
    this.video = null;
    this.share = 0;
    this.link = el('a', {
      class: 'sl-file-name', text: name,
      on: { click: (event) => this.follow(event, onOpen) },
    });
    this.words = el('span', { class: 'sl-file-words' });
    this.fill = el('span', { class: 'sl-bar-fill' });
    this.cancel = el('button', {
      type: 'button', class: 'sl-button sl-button-small', text: 'Cancel', 'aria-label': `Cancel ${name}`,
      on: { click: () => onCancel(this) },
    });
    this.bar = el('span', { class: 'sl-bar', 'aria-hidden': 'true' }, this.fill);
    this.root = el('li', { class: 'sl-file' }, this.link, this.words, this.cancel, this.bar);
    this.go('queued');
  }

  get ended() {
    return ENDED.includes(this.state);
  }

  get unsent() {
    return UNSENT.includes(this.state);
  }

  /** An ordinary click stays on this page, so that what is on its way goes on. */
  follow(event, onOpen) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(this);
  }

  go(state, sentence = '') {
    this.state = state;
    this.sentence = sentence;
    const percentSent = state === 'sending' ? ` ${Math.floor(100 * this.share)}\u00a0%` : '';
    this.words.textContent = sentence || `${WORDS[state]}${percentSent}`;
    this.words.classList.toggle('sl-file-bad', state === 'refused' || state === 'failed');
    this.cancel.hidden = !this.unsent;
    this.bar.hidden = !['sending', 'paused'].includes(state);
    this.fill.style.width = `${100 * this.share}%`;
  }

  sent(share) {
    this.share = share;
    this.go(share < 1 ? 'sending' : 'checking');
  }

  stored(video) {
    this.video = video;
    this.link.setAttribute('href', `?video=${video}`);
    this.go('stored');
  }
}
