import assert from 'node:assert/strict';
import test from 'node:test';
import { lanesOf } from './parts.js';

test('parts that overlap lie in lanes of their own', () => {
  const parts = [{ start: 0, end: 2 }, { start: 1, end: 3 }, { start: 2, end: 4 }, { start: 2.5, end: 3 }];
  assert.deepEqual(lanesOf(parts), [0, 1, 0, 2]);
});
