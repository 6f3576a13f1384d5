import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = new EventTarget();
globalThis.CSS = { escape: (text) => text };
const { endAhead, followAhead, isOutdated, showAhead, videoOf } = await import('./ahead.js');

const ahead = { video: 7, values: { viewer: { video: { id: 7 }, a: 1 }, recalled: null } };

test('a value says which video it is about, each in its own way', () => {
  const values = [{ video_id: 3 }, { video: { id: 3 } }, { video: '3' }, { video: 3 }, { words: 'x' }, null];
  assert.deepEqual(values.map(videoOf), [3, 3, 3, 3, null, null]);
});

test('what is about a video that was left, or says the same, is outdated', () => {
  assert.equal(isOutdated(ahead, 'viewer', { video: { id: 6 } }), true);
  assert.equal(isOutdated(ahead, 'viewer', { video: { id: 7 }, a: 1 }), true);
  assert.equal(isOutdated(ahead, 'recalled', undefined), true);
});

test('what is newer is shown, and so is all that was not shown ahead', () => {
  assert.equal(isOutdated(ahead, 'viewer', { video: { id: 7 }, a: 2 }), false);
  assert.equal(isOutdated(ahead, 'other', { video: { id: 6 } }), false);
  assert.equal(isOutdated(null, 'viewer', { video: { id: 6 } }), false);
});

test('a component shows what is ahead, and refuses what is late until that ends', () => {
  const seen = [];
  const element = { isConnected: true, closest: (selector) => (selector === '[id="viewer"]' ? {} : null) };
  const isLate = followAhead(element, (value) => seen.push(value));
  assert.equal(isLate({ video: { id: 6 } }), false);
  showAhead(ahead);
  assert.deepEqual(seen, [ahead.values.viewer]);
  assert.equal(isLate({ video: { id: 6 } }), true);
  endAhead();
  assert.equal(isLate({ video: { id: 6 } }), false);
});
