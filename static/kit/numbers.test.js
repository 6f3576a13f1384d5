import assert from 'node:assert/strict';
import { test } from 'node:test';

import { aboutTime, clamp, clock, dayAndTime, percent, signed, timeOfDay } from './numbers.js';

test('a value stays between its bounds', () => {
  assert.deepEqual([-1, 0.5, 2].map((value) => clamp(value, 0, 1)), [0, 0.5, 1]);
});

test('a clock shows tenths, and minutes only where there are any', () => {
  assert.deepEqual([-1, 0, 3.24, 59.96, 63.2, 600].map(clock), ['0.0', '0.0', '3.2', '1:00.0', '1:03.2', '10:00.0']);
});

test('how long something takes is at least a second', () => {
  assert.deepEqual([0, 1.4, 89, 91, 600].map(aboutTime), ['1 s', '1 s', '89 s', '2 min', '10 min']);
});

test('nothing is certain, and nothing is impossible', () => {
  assert.deepEqual([0, 0.009, 0.01, 0.826, 0.99, 1].map(percent),
    ['under 1\u00a0%', 'under 1\u00a0%', '1\u00a0%', '83\u00a0%', '99\u00a0%', 'over 99\u00a0%']);
});

test('logits have a sign, but not where they round to nothing', () => {
  assert.deepEqual([1.26, -0.2, 0.04, -0.04].map(signed), ['+1.3', '−0.2', '0.0', '0.0']);
});

test('what is no time is no words', () => {
  assert.equal(timeOfDay('yesterday'), '');
  assert.equal(dayAndTime(''), '');
  assert.match(timeOfDay('2026-01-02T03:04:05Z'), /\d\d?:\d\d:\d\d/);
});
