import assert from 'node:assert/strict';
import test from 'node:test';

import { placeIn, queueIn } from './kept.js';

const queue = { ids: [7, 3, 9], list: '/videos?show=unlabelled' };

test('a queue leads from each video to the one after it', () => {
  assert.deepEqual(placeIn(queue, 7), { place: 1, of: 3, before: null, next: 3 });
  assert.deepEqual(placeIn(queue, 3), { place: 2, of: 3, before: 7, next: 9 });
  assert.deepEqual(placeIn(queue, 9), { place: 3, of: 3, before: 3, next: null });
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
