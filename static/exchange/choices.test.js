import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storable } from './choices.js';

const report = { stored: 0, new: 5, unknown: { 'a b': 4 }, unknown_new: 3, conflicts: 4, conflicts_known: 3, sections: [] };

test('only what was agreed to is counted', () => {
  assert.equal(storable(report, false, false), 5);
  assert.equal(storable(report, true, false), 8);
  assert.equal(storable(report, false, true), 8);
  assert.equal(storable(report, true, true), 12);
});
