import assert from 'node:assert/strict';
import { test } from 'node:test';

import { curveAt, decodeEvidence, decodeValue, fieldAt, gapBetween, half, inGap, probabilityAt } from './values.js';

/** Half-precision bits of some numbers that can be written exactly. */
const BITS = { 0: 0x0000, 1: 0x3c00, 2: 0x4000, 4: 0x4400, [-2]: 0xc000, 0.5: 0x3800, Infinity: 0x7c00 };

/** Numbers of `BITS` as the server packs them. */
function packed(numbers) {
  const bytes = new Uint8Array(Uint16Array.from(numbers, (number) => BITS[number]).buffer);
  return btoa(String.fromCharCode(...bytes));
}

/** Two classes, three steps, pictures of one by two cells. */
function evidence(changes = {}) {
  return {
    seconds: [1, 2, 4], gaps: [], height: 1, width: 2, scale: 4, curve_scale: 4, area: null,
    volume: packed([1, 1, 2, 4, 4, 4, 0, 0, -2, -2, 0.5, 0.5]), ...changes,
  };
}

test('half-precision numbers are read to the bit', () => {
  for (const [number, bits] of Object.entries(BITS)) assert.equal(half(bits), Number(number));
  assert.equal(half(0x0001), 2 ** -24); // the smallest there is
  assert.equal(half(0x7bff), 65504); // the largest
  assert.ok(Number.isNaN(half(0x7e00)));
});

test('a curve is the mean over the picture', () => {
  const { curves, steps, cells } = decodeEvidence(evidence(), 2);
  assert.deepEqual([steps, cells], [3, 2]);
  assert.deepEqual(curves.map((curve) => [...curve]), [[1, 3, 4], [0, -2, 0.5]]);
});

test('evidence that is not whole is none', () => {
  assert.equal(decodeEvidence(null, 2), null);
  assert.equal(decodeEvidence(evidence({ seconds: [] }), 2), null);
  assert.equal(decodeEvidence(evidence(), 3), null);
  assert.equal(decodeEvidence(evidence({ volume: packed([Infinity, ...Array(11).fill(0)]) }), 2), null);
});

test('between two steps both count, outside the nearest one does', () => {
  const decoded = decodeEvidence(evidence(), 2);
  assert.deepEqual([0, 1, 1.5, 2, 3, 4, 9].map((t) => curveAt(decoded, 0, t)), [1, 1, 2, 3, 3.5, 4, 4]);
  assert.deepEqual([...fieldAt(decoded, 0, 1.5)], [1.5, 2.5]);
});

test('in a gap there is nothing, and nothing is mixed across one', () => {
  const decoded = decodeEvidence(evidence({ gaps: [[2.5, 3.5]] }), 2);
  assert.equal(curveAt(decoded, 0, 3), null);
  assert.equal(fieldAt(decoded, 0, 3), null);
  assert.equal(curveAt(decoded, 0, 2.4), 3);
  assert.equal(curveAt(decoded, 0, 3.6), 4);
  assert.equal(curveAt(null, 0, 1), null);
});

test('a gap ends where it ends', () => {
  assert.deepEqual([1, 1.5, 2].map((t) => inGap([[1, 2]], t)), [false, true, false]);
  assert.deepEqual([gapBetween([[1, 2]], 0, 1), gapBetween([[1, 2]], 0, 1.1)], [false, true]);
});

test('a probability holds for its whole step', () => {
  const timeline = { edges: [0, 1, 2, 3], probabilities: [[0.1, null, 0.3]] };
  assert.deepEqual([-1, 0, 0.9, 1.5, 3, 3.1].map((t) => probabilityAt(timeline, 0, t)), [null, 0.1, 0.1, null, 0.3, null]);
  assert.equal(probabilityAt({ edges: [], probabilities: [[]] }, 0, 0), null);
});

test('a value without evidence has the gaps of its time line', () => {
  const value = decodeValue({
    answered: true, video: { id: 7, duration: 0 }, classes: [{}], evidence: null,
    timeline: { edges: [0, 1, 2], probabilities: [[null, 0.5]] },
  });
  assert.deepEqual(value.gaps, [[0, 1]]);
  assert.equal(value.video.duration, 2); // the last edge, where the file names no duration
});

test('a video without an answer can still be shown', () => {
  assert.equal(decodeValue(null), null);
  const value = decodeValue({ answered: false, playable: true, video: { id: 7, duration: 3 } });
  assert.deepEqual([value.classes, value.gaps, value.evidence], [[], [], null]);
});
