import assert from 'node:assert/strict';
import test from 'node:test';

import { placeIn, queueIn, renewed } from './kept.js';

const queue = { ids: [7, 3, 9], list: '/videos?show=unlabelled', why: ['a', 'b', 'c'], adapts: true, saved: 4 };

test('a queue leads from each video to the one after it', () => {
  assert.deepEqual(placeIn(queue, 7), { place: 1, of: 3, why: 'a', before: null, next: 3, coming: [3, 9] });
  assert.deepEqual(placeIn(queue, 3), { place: 2, of: 3, why: 'b', before: 7, next: 9, coming: [9] });
  assert.deepEqual(placeIn(queue, 9), { place: 3, of: 3, why: 'c', before: 3, next: null, coming: [] });
});

test('another video is no part of it', () => {
  assert.equal(placeIn(queue, 4), null);
  assert.equal(placeIn(queue, null), null);
  assert.equal(placeIn(null, 7), null);
});

test('what was kept is read again, and nothing else is', () => {
  assert.deepEqual(queueIn(JSON.stringify(queue)), queue);
  for (const text of [null, '', '{', '[]', '{"ids":[1]}', '{"ids":["1"],"list":"/videos"}',
    '{"ids":[1],"list":"https://elsewhere"}', '{"ids":[1],"list":"//elsewhere"}', '{"ids":[1],"list":"javascript:1"}']) {
    assert.equal(queueIn(text), null, text ?? 'null');
  }
});

test('a queue from before there were reasons goes on without any', () => {
  const old = queueIn('{"ids":[1,2],"list":"/videos","why":7,"saved":"x"}');
  assert.deepEqual(old, { ids: [1, 2], list: '/videos', why: [], adapts: false, saved: 0 });
  assert.equal(placeIn(old, 1)?.why, '');
});

test('a new order leaves what was passed and what comes next', () => {
  const long = { ids: [1, 2, 3, 4, 5, 6], list: '/videos', why: ['1', '2', '3', '4', '5', '6'], adapts: true, saved: 9 };
  const found = renewed(long, 2, { ids: [6, 3, 8, 5], why: ['six', 'three', 'eight', 'five'] });
  assert.deepEqual(found.ids, [1, 2, 3, 6, 8, 5]);
  assert.deepEqual(found.why, ['1', '2', '3', 'six', 'eight', 'five']);
  assert.equal(found.saved, 0);
});
