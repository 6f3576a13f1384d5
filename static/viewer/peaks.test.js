import assert from 'node:assert/strict';
import test from 'node:test';
import { peakFrom } from './peaks.js';

test('one key moment leads to the next, and the last to the first', () => {
  const peaks = [1, 2.5, 4];
  assert.equal(peakFrom(peaks, 0, 1), 1);
  assert.equal(peakFrom(peaks, 1, 1), 2.5);
  assert.equal(peakFrom(peaks, 4, 1), 1);
  assert.equal(peakFrom(peaks, 4, -1), 2.5);
  assert.equal(peakFrom(peaks, 0.5, -1), 4);
});

test('where there is none it leads nowhere', () => {
  assert.equal(peakFrom([], 3, 1), null);
});
