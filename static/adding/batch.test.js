import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsOf, headOf, isUnderWay, wordsOf } from './batch.js';

const batch = {
  id: 1, title: 'a.zip', state: 'working', sentence: '', total: 5, counts: { added: 2, same: 1, waiting: 2 },
  share: 0.6, remaining_s: 130,
};
const file = { id: 1, name: 'a.mp4', state: 'waiting', share: 0, sentence: '', video: null, answer: null };

test('the head says how far it is and how long it takes', () => {
  assert.equal(headOf(batch), 'a.zip: 3 of 5 files added, about 2 min left');
  const paused = { ...batch, state: 'paused', counts: { added: 1, failed: 1, skipped: 2, waiting: 1 } };
  assert.equal(headOf(paused), 'a.zip: 1 of 5 files added, 2 left out, 1 failed, paused');
  assert.equal(headOf({ ...batch, total: 1, counts: {}, remaining_s: null }), 'a.zip: 0 of 1 file added');
});

test('what can be done depends on how it stands', () => {
  assert.deepEqual(actionsOf(batch), ['pause', 'cancel']);
  assert.deepEqual(actionsOf({ ...batch, state: 'paused' }), ['continue', 'cancel']);
  assert.deepEqual(actionsOf({ ...batch, state: 'stopped' }), ['continue', 'cancel']);
  assert.deepEqual(actionsOf({ ...batch, state: 'done' }), ['close']);
  assert.deepEqual(actionsOf({ ...batch, state: 'done', counts: { failed: 1 } }), ['retry', 'close']);
});

test('one waits for files, and then for their answers', () => {
  const done = { ...batch, state: 'done' };
  assert.equal(isUnderWay(batch), true);
  assert.equal(isUnderWay(done), false);
  assert.equal(isUnderWay({ ...done, files: [{ ...file, state: 'added', answer: 'waiting' }] }), true);
  assert.equal(isUnderWay({ ...done, files: [{ ...file, state: 'added', answer: 'ready' }] }), false);
});

test('each file has its words', () => {
  assert.equal(wordsOf(file), 'Waiting');
  assert.equal(wordsOf({ ...file, state: 'added', answer: 'ready' }), 'Ready');
  assert.equal(wordsOf({ ...file, state: 'failed', sentence: 'It is broken.' }), 'It is broken.');
});
