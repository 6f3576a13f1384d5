import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { forget } from '../kit/memory.js';

globalThis.window = new EventTarget();
const { Sender } = await import('./sending.js');

/** Lets everything go on that waits for nothing but a promise. */
async function settled() {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

/** A sender whose calls are answered by `replies`, one after the other. */
function sender(...replies) {
  const log = { sent: [], answers: [], states: [] };
  const made = new Sender({
    send: async (kind, data) => {
      log.sent.push(data.op_id);
      const reply = replies.shift();
      if (reply instanceof Error) throw reply;
      return reply;
    },
    onAnswer: (item, answer) => log.answers.push([item.kind, answer]),
    onState: (state) => log.states.push(state),
  });
  return { made, log };
}

beforeEach(() => {
  forget('outbox');
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

test('an answer ends it', async () => {
  const { made, log } = sender({ saved: 1 });
  made.add('save', { label: 'golf' });
  await settled();
  assert.deepEqual(log.answers, [['save', { saved: 1 }]]);
  assert.equal(log.states.at(-1), 'idle');
});

test('what was not answered is sent again under the same number', async () => {
  const { made, log } = sender(new Error('no connection'), null, { again: 'busy' }, { saved: 1 });
  made.add('save', {});
  for (const wait of [1000, 2000, 5000]) {
    await settled();
    assert.equal(log.states.at(-1), 'trying');
    mock.timers.tick(wait);
  }
  await settled();
  assert.equal(log.sent.length, 4);
  assert.equal(new Set(log.sent).size, 1);
  assert.equal(log.answers.length, 1);
});

test('no answer within its time is none', async () => {
  const { made, log } = sender(new Promise(() => {}), { saved: 1 });
  made.add('save', {});
  await settled();
  mock.timers.tick(20_000);
  await settled();
  mock.timers.tick(1000);
  await settled();
  assert.equal(log.answers.length, 1);
});

test('decisions go one after the other, in their order', async () => {
  const { made, log } = sender({ saved: 1 }, { undone: 1 });
  made.add('save', {});
  made.add('undo', {});
  await settled();
  assert.deepEqual(log.answers.map(([kind]) => kind), ['save', 'undo']);
});

test('the next visit takes up what was left, once', async () => {
  sender(new Error('gone')).made.add('save', { video_id: 7 });
  await settled();
  const { made, log } = sender({ saved: 1 });
  made.resume();
  made.resume();
  await settled();
  assert.equal(log.sent.length, 1);
  const later = sender({ saved: 2 });
  later.made.resume();
  await settled();
  assert.deepEqual(later.log.sent, []);
});

test('giving up forgets it', async () => {
  const { made, log } = sender(new Error('gone'));
  made.add('save', {});
  await settled();
  made.giveUp();
  assert.equal(log.states.at(-1), 'idle');
  const { made: next, log: then } = sender({ saved: 1 });
  next.resume();
  await settled();
  assert.deepEqual(then.sent, []);
});
