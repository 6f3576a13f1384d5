import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const { chosenKey, hasMovedKeys, keyCap, moveKey, resetKeys, usualKey } = await import('./keymap.js');
const { remember } = await import('./memory.js');

const ACTIONS = [{ key: 'n', words: 'the next video' }, { key: 'u', words: 'unsure' }, { key: '1', words: 'the first guess' }];
beforeEach(() => resetKeys());

test('at first every key does what it usually does', () => {
  assert.equal(usualKey('n'), 'n');
  assert.equal(usualKey('q'), 'q');
  assert.equal(keyCap('N'), 'N');
  assert.equal(hasMovedKeys(), false);
});

test('a moved action has its new key, and the old one does nothing', () => {
  assert.equal(moveKey('n', 'J', ACTIONS), '');
  assert.equal(usualKey('j'), 'n');
  assert.equal(usualKey('n'), null);
  assert.equal(chosenKey('n'), 'j');
  assert.equal(keyCap('n'), 'J');
});

test('a key that is taken is refused with a sentence, and nothing changes', () => {
  assert.equal(moveKey('n', 'u', ACTIONS), 'U is taken: unsure. Choose another key, or change that one first.');
  assert.match(moveKey('n', 'Enter', ACTIONS), /Enter saves/);
  assert.match(moveKey('n', 'F5', ACTIONS), /letter, a digit or a sign/);
  assert.equal(usualKey('n'), 'n');
});

test('a key that was left can be used for something else, and two can change places', () => {
  assert.equal(moveKey('u', 'x', ACTIONS), '');
  assert.equal(moveKey('n', 'u', ACTIONS), '');
  assert.equal(moveKey('u', 'n', ACTIONS), '');
  assert.deepEqual(['u', 'n', 'x'].map(usualKey), ['n', 'u', 'x']);
});

test('the usual key can be chosen again', () => {
  moveKey('n', 'j', ACTIONS);
  assert.equal(moveKey('n', 'n', ACTIONS), '');
  assert.equal(hasMovedKeys(), false);
});

test('what else was kept under that name is no key', () => {
  for (const kept of [null, 'n', 7, { n: 'long', u: 3 }]) {
    remember('keymap', kept);
    assert.equal(usualKey('n'), 'n');
  }
});
