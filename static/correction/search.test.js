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

const KINETICS = ['push up', 'playing ukulele', 'somersaulting', 'gymnastics tumbling', 'jogging', 'running on treadmill',
  'applying cream', 'filling eyebrows', 'pull ups', 'kicking soccer ball', 'passing American football (in game)', 'yoga', 'pressing'];
/** @param {string} text */
const meant = (text, probabilities = KINETICS.map(() => 0)) => new LabelSearch(KINETICS, probabilities)
  .find(text).filter((found) => found.meant).map(({ label }) => label);

test('another word for it finds a label', () => {
  assert.deepEqual(meant('ukelele'), ['playing ukulele']);
  for (const typed of ['push ups', 'Push-ups', 'pushups', 'press-ups', 'press ups', 'press up']) {
    assert.equal(meant(typed)[0], 'push up', typed);
  }
  assert.deepEqual(meant('salto').sort(), ['gymnastics tumbling', 'somersaulting']);
  assert.deepEqual(meant('makeup').sort(), ['applying cream', 'filling eyebrows']);
  assert.deepEqual(meant('make-up').sort(), ['applying cream', 'filling eyebrows']);
  assert.deepEqual(meant('chin ups'), ['pull ups']);
});

test('the name of a label goes before another word for one', () => {
  assert.deepEqual(meant('run'), ['running on treadmill', 'jogging']);
  assert.equal(meant('football')[0], 'passing American football (in game)');
  assert.ok(meant('football').includes('kicking soccer ball'));
});

test('among equals the model decides', () => {
  const sure = KINETICS.map((label) => (label === 'gymnastics tumbling' ? 0.7 : 0.1));
  assert.equal(meant('salto', sure)[0], 'gymnastics tumbling');
  assert.equal(meant('makeup', KINETICS.map((label) => (label === 'filling eyebrows' ? 0.7 : 0.1)))[0], 'filling eyebrows');
});

test('a beginning of another word is not enough to take a label by itself', () => {
  assert.ok(!meant('sal').includes('somersaulting'));
  assert.ok(!meant('ru').includes('jogging'));
});

test('while the answer is hidden the order does not tell it', () => {
  const sure = new LabelSearch(KINETICS, KINETICS.map((label) => (label === 'gymnastics tumbling' ? 0.7 : 0.1)));
  assert.deepEqual(sure.find('', true), []);
  assert.equal(sure.find('salto', true)[0].label, 'somersaulting');
});
