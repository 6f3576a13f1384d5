/** Sends one file to the server, and tries again where that can help. */

const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000]; // the last one over and over
const TRY_FOR_MS = 30 * 60 * 1000; // without anything getting through, such as a server that is off
const LATER = [0, 408, 429, 502, 503, 504]; // 0: no connection
const BROKEN = 500; // a fault of the server, or its end in the middle of this file
const BROKEN_MOST = 3; // times, and it is a fault
const LOST = 'The server could not be reached. Please add this video again.';

export class Sending {
  cancelled = false;
  /** @type {XMLHttpRequest | null} */
  running = null;
  /** @type {(() => void) | null} ends a pause */
  wake = null;

  /**
   * `onShare` gets 0..1 of the file, `onPause` true while nothing can be sent.
   * @param {File} file
   * @param {{ onShare: (share: number) => void, onPause: (paused: boolean) => void }} heard
   */
  constructor(file, { onShare, onPause }) {
    this.file = file;
    this.onShare = onShare;
    this.onPause = onPause;
  }

  /**
   * {video} once it is stored, {batch} of an archive, {error} if neither can be, {} if cancelled.
   * @returns {Promise<{ video?: number, batch?: number, error?: string }>}
   */
  async send() {
    const until = performance.now() + TRY_FOR_MS;
    let broken = 0;
    for (let attempt = 0; !this.cancelled; attempt += 1) {
      this.onPause(false);
      const { status, text } = await this.request();
      if (this.cancelled) break;
      if (status === 200) return JSON.parse(text);
      if (status === BROKEN) broken += 1;
      const mayPass = status === BROKEN ? broken < BROKEN_MOST : LATER.includes(status);
      if (!mayPass) return { error: sentenceOf(status, text) };
      if (performance.now() > until) return { error: status ? sentenceOf(status, text) : LOST };
      this.onShare(0);
      this.onPause(true);
      await this.pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
    }
    return {};
  }

  /**
   * One attempt: the status, 0 without a connection, and what the server said.
   * @returns {Promise<{ status: number, text: string }>}
   */
  request() {
    return new Promise((done) => {
      const request = new XMLHttpRequest(); // fetch tells nothing of how much was sent
      this.running = request;
      const end = () => done({ status: request.status, text: request.responseText });
      for (const event of ['load', 'error', 'abort', 'timeout']) request.addEventListener(event, end);
      request.upload.addEventListener('progress', ({ loaded, total }) => this.onShare(total ? loaded / total : 1));
      const door = isArchive(this.file.name) ? 'archive' : 'upload';
      request.open('POST', `${door}?name=${encodeURIComponent(this.file.name)}`);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.send(this.file);
    });
  }

  /** @param {number} ms @returns {Promise<void>} */
  pause(ms) {
    return new Promise((done) => {
      this.wake = done;
      setTimeout(done, ms);
    });
  }

  cancel() {
    this.cancelled = true;
    this.running?.abort();
    this.wake?.();
  }
}

/**
 * Whether the server is to take a file apart.
 * @param {string} name
 */
export function isArchive(name) {
  return name.toLowerCase().endsWith('.zip');
}

/**
 * The server's sentence; where something between said it, one of our own.
 * @param {number} status
 * @param {string} text
 */
function sentenceOf(status, text) {
  const isPlain = text && text.length < 500 && !/^\s*[<{]|^Internal Server Error/.test(text);
  return isPlain ? text : `The server did not take it (${status}). Please add this video again.`;
}
