import assert from 'node:assert/strict';
import { test } from 'node:test';

import { againstInWords, ALL, OTHERS, sentenceOf, viewOf } from './views.js';

/** Three classes, two steps, one cell: what each of them got at each step. */
const VALUE = {
  classes: [{ label: 'archery', summary: 'all of it' }, { label: 'golf', summary: '' }, { label: 'chess', summary: '' }],
  evidence: {
    seconds: [0, 1], steps: 2, cells: 1, height: 1, width: 1, scale: 10, curve_scale: 10, gaps: [], area: null,
    volume: Float32Array.of(4, 6, 1, 2, 3, 0), curves: [[4, 6], [1, 2], [3, 0]],
  },
  reasons: {
    scale: 5, curve_scale: 3, biases: [1, 0.5, 0], rivals: 5,
    others: ['rather than others', '', ''], pairs: [['', 'rather than golf', ''], ['', '', ''], ['', '', '']], moments: [],
  },
};

const curve = (against, changes = {}) => [...viewOf({ ...VALUE, ...changes }, 0, against).curves[0]];

test('all of it is the class alone, in its own scale', () => {
  assert.deepEqual(curve(ALL), [4, 6]);
  assert.equal(viewOf(VALUE, 0, ALL).scale, 10);
});

test('against one class the difference is exact', () => {
  assert.deepEqual(curve(1), [3.5, 4.5]); // with 1 - 0.5, what both started from
  assert.equal(viewOf(VALUE, 0, 1).scale, 5);
});

test('against the others it is the difference to their mean', () => {
  assert.deepEqual(curve(OTHERS), [4 - 2 + 0.75, 6 - 1 + 0.75]);
});

test('only the first rivals are set against it', () => {
  assert.deepEqual(curve(OTHERS, { reasons: { ...VALUE.reasons, rivals: 2 } }), curve(1));
});

test('where nothing can be compared all of it is shown', () => {
  assert.deepEqual(curve(OTHERS, { reasons: null }), [4, 6]);
  assert.equal(viewOf({ ...VALUE, evidence: null }, 0, ALL), null);
});

test('the words say what is drawn', () => {
  assert.deepEqual([ALL, OTHERS, 1].map((against) => sentenceOf(VALUE, 0, against)),
    ['all of it', 'rather than others', 'rather than golf']);
  assert.deepEqual([ALL, OTHERS, 1].map((against) => againstInWords(VALUE, against)), ['', 'over the others', 'over golf']);
});
