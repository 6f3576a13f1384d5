import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ticks } from './rows.js';

const words = (duration, wanted) => ticks(duration, wanted).map(([, text]) => text);

test('a video of one picture has marks, too', () => {
  assert.deepEqual(words(0.04, 6), ['0', '0.01', '0.02', '0.03', '0.04']);
});

test('long videos are marked where clocks are read', () => {
  assert.deepEqual(words(95, 6), ['0', '20', '40', '1:00', '1:20']);
  assert.deepEqual(words(7200, 4), ['0', '30:00', '60:00', '90:00', '120:00']);
});
