/**
 * Sends decisions until they are answered. What was not answered is sent again with the same
 * number, also after a reload, so that the server can keep it once.
 */

import { plain } from '../kit/gradio.js';
import { forget, recall, remember } from '../kit/memory.js';
import { loggedIn } from '../kit/person.js';

/**
 * @typedef {'save' | 'undo'} Kind
 * @typedef {{ kind: Kind, data: { op_id: string, [name: string]: unknown } }} Item
 * @typedef {object} Heard
 * @property {(kind: Kind, data: Item['data']) => Promise<any>} send resolves to the answer, or to nothing if there was none
 * @property {(item: Item, answer: any) => void} onAnswer
 * @property {(state: 'idle' | 'sending' | 'trying', reason: string) => void} onState
 */

const WAITS_S = [1, 2, 5, 10, 20, 30];
const ANSWER_WITHIN_S = 20;
// What one person could not send waits for them: nobody else sends it under their own name.
const OUTBOX = loggedIn ? `outbox:${loggedIn}` : 'outbox';

/** 128 random bits; pages that are not on https have no `randomUUID`. */
export function newOperation() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns {Item[]} */
function readOutbox() {
  const kept = recall(OUTBOX, []);
  return Array.isArray(kept) ? kept.filter((item) => item?.data?.op_id && item.kind) : [];
}

export class Sender {
  /** @type {Item[]} */
  queue = [];
  attempt = 0;
  reason = ''; // why the server could not keep it yet, if it said so
  busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /**
   * `send(kind, data)` resolves to the answer, or to nothing if there was none.
   * @param {Heard} heard
   */
  constructor({ send, onAnswer, onState }) {
    this.send = send;
    this.onAnswer = onAnswer;
    this.onState = onState;
    window.addEventListener('online', () => this.hurry());
    window.addEventListener('beforeunload', (event) => {
      if (this.queue.length) event.preventDefault();
    });
  }

  /** Takes up what an earlier visit left unanswered. */
  resume() {
    const known = new Set(this.queue.map((item) => item.data.op_id));
    this.queue.push(...readOutbox().filter((item) => !known.has(item.data.op_id)));
    this.work();
  }

  /** @param {Kind} kind @param {object} data */
  add(kind, data) {
    const item = { kind, data: { ...data, op_id: newOperation() } };
    this.queue.push(item);
    remember(OUTBOX, [...readOutbox(), item]);
    this.work();
  }

  hurry() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.work();
  }

  /** Drops what could not be sent, because the person says so. */
  giveUp() {
    this.queue.splice(0).forEach((item) => this.strike(item));
    clearTimeout(this.timer);
    this.timer = undefined;
    this.tell();
  }

  /** @param {Item} item */
  strike({ data }) {
    const left = readOutbox().filter((item) => item.data.op_id !== data.op_id);
    if (left.length) remember(OUTBOX, left);
    else forget(OUTBOX);
  }

  async work() {
    if (this.busy || this.timer || !this.queue.length) {
      this.tell();
      return;
    }
    const item = this.queue[0];
    this.busy = true;
    this.tell();
    const answer = await this.ask(item);
    this.busy = false;
    if (this.queue[0] !== item) this.work(); // given up meanwhile
    else if (answer && !answer.again) this.answered(item, answer);
    else this.retry(answer?.again ?? '');
  }

  /** @param {Item} item @returns {Promise<any>} */
  async ask({ kind, data }) {
    const late = new Promise((resolve) => { setTimeout(resolve, ANSWER_WITHIN_S * 1000); });
    try {
      const answer = await Promise.race([this.send(kind, data), late]);
      return answer && typeof answer === 'object' ? plain(answer) : null;
    } catch {
      return null;
    }
  }

  /** @param {Item} item @param {unknown} answer */
  answered(item, answer) {
    this.queue.shift();
    this.strike(item);
    this.attempt = 0;
    this.onAnswer(item, answer);
    this.work();
  }

  /** @param {unknown} reason */
  retry(reason) {
    this.reason = String(reason);
    const wait = WAITS_S[Math.min(this.attempt, WAITS_S.length - 1)];
    this.attempt += 1;
    this.timer = setTimeout(() => this.hurry(), wait * 1000);
    this.tell();
  }

  tell() {
    if (!this.queue.length) this.onState('idle', '');
    else this.onState(this.attempt ? 'trying' : 'sending', this.reason);
  }
}
