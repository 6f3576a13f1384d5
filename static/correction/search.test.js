import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LabelSearch } from './search.js';

const LABELS = ['playing guitar', 'archery', 'push up', 'golf driving', 'golf putting', 'café dancing'];
const search = new LabelSearch(LABELS, LABELS.map((_, i) => i / 100));
const first = (text) => search.find(text)[0];

test('order, case, accents, signs and small errors do not matter', () => {
  const typings = { 'Guitar PLAY': 'playing guitar', archrey: 'archery', 'push-ups': 'push up', cafe: 'café dancing' };
  for (const [typed, label] of Object.entries(typings)) assert.equal(first(typed).label, label);
});

test('only what begins as typed is meant', () => {
  assert.equal(first('golf').meant, true);
  assert.equal(first('archrey').meant, false);
  assert.equal(first('').meant, false);
});

test('equal matches come in the order of the model', () => {
  assert.deepEqual(search.find('golf').map(({ label }) => label).slice(0, 2), ['golf putting', 'golf driving']);
});

test('a label that is there already is recognised', () => {
  assert.equal(search.same(' Golf-Driving '), 'golf driving');
  assert.equal(search.same('golf'), null);
});
