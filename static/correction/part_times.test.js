import assert from 'node:assert/strict';
import test from 'node:test';
import { nudged, pictureAt, withEdge } from './part_times.js';

const CLOCK = { duration: 4, fps: 25 };

/** @param {number} a @param {number} b */
function near(a, b) {
  assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
}

test('an edge is that of a picture', () => {
  near(pictureAt(1.01, CLOCK), 1);
  near(pictureAt(9, CLOCK), 3.96);
  near(pictureAt(-1, CLOCK), 0);
});

test('a beginning alone reaches to the end, an end alone from the beginning', () => {
  const from = withEdge(null, 'start', 1.01, CLOCK);
  near(from.start, 1);
  near(from.end, 4);
  const until = withEdge(null, 'end', 1.01, CLOCK);
  near(until.start, 0);
  near(until.end, 1.04);
});

test('a part never ends before it begins', () => {
  const part = { start: 1, end: 2 };
  near(withEdge(part, 'start', 3, CLOCK).end, 4);
  near(withEdge(part, 'end', 0.5, CLOCK).start, 0);
  near(nudged(part, 'start', 100, CLOCK).start, 1.96);
  near(nudged(part, 'end', -100, CLOCK).end, 1.04);
  near(nudged(part, 'end', 500, CLOCK).end, 4);
});
