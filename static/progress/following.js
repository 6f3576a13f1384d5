/** Asks the server how it stands with one video until nothing is under way there any more. */

/** @import { ProgressValue } from './progress.js' */

/** @typedef {{ state: string, place?: number, progress: ProgressValue }} Standing what `/progress` answers */

const WORKING_MS = 200; // between two questions while the answer is made
const WAITING_MS = 1000; // and while others come first, or the server cannot be reached
const UNDER_WAY = ['waiting', 'working'];

export class Following {
  /** @type {number | null} */
  video = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /**
   * `onNews` gets the progress component's value, `onEnd` the state that it ended with.
   * @param {{ onNews: (value: ProgressValue) => void, onEnd: (video: number, state: string) => void }} heard
   */
  constructor({ onNews, onEnd }) {
    this.onNews = onNews;
    this.onEnd = onEnd;
  }

  /** @param {number | null} video */
  follow(video) {
    if (video === this.video) return;
    this.video = video;
    clearTimeout(this.timer);
    if (video !== null) this.ask(video);
  }

  /** @param {number} video */
  async ask(video) {
    const found = await this.look(video);
    if (video !== this.video) return;
    if (found && !UNDER_WAY.includes(found.state)) {
      this.video = null;
      this.onEnd(video, found.state);
      return;
    }
    if (found) this.onNews(found.progress);
    const soon = found && (found.state === 'working' || found.place === 1);
    this.timer = setTimeout(() => this.ask(video), soon ? WORKING_MS : WAITING_MS);
  }

  /**
   * Null where nothing can be said now; a video that is gone is at its end.
   * @param {number} video
   * @returns {Promise<Standing | null>}
   */
  async look(video) {
    try {
      const answer = await fetch(`progress?video=${encodeURIComponent(video)}`);
      if (!answer.ok) return null;
      return (await answer.json())[video] ?? { state: 'gone' };
    } catch {
      return null;
    }
  }
}
