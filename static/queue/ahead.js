/** Loads the next videos of a queue before anybody asks for them: the file, and what is said of it. */

import { el } from '../kit/dom.js';
import { plain } from '../kit/gradio.js';

/** @import { Gradio } from '../kit/gradio.js' */

export class Ahead {
  /** @type {Map<number, { video: HTMLVideoElement, values: Record<string, any> | null }>} */
  loaded = new Map();

  /** @param {Gradio['server']} server */
  constructor(server) {
    this.server = server;
  }

  /**
   * Loads these, and forgets all others. A hidden player fetches what the real one will show first.
   * @param {number[]} ids
   */
  load(ids) {
    for (const [id, { video }] of this.loaded) {
      if (ids.includes(id)) continue;
      video.removeAttribute('src');
      video.load();
      this.loaded.delete(id);
    }
    for (const id of ids) if (!this.loaded.has(id)) this.begin(id);
  }

  /** @param {number} id */
  async begin(id) {
    const video = el('video', { preload: 'auto', muted: true, src: `/media/${id}/play` });
    this.loaded.set(id, { video, values: null });
    try {
      const values = plain(await this.server.load_ahead(id));
      const entry = this.loaded.get(id);
      if (entry) entry.values = values;
    } catch {
      // Whoever goes on waits for it then.
    }
  }

  /**
   * What is known of a video, once; another person may have labelled it by the next time.
   * @param {number} id
   */
  take(id) {
    const values = this.loaded.get(id)?.values ?? null;
    const entry = this.loaded.get(id);
    if (entry) entry.values = null;
    return values;
  }
}
