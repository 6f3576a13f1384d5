import assert from 'node:assert/strict';
import { test } from 'node:test';

import { movedTo } from './keys.js';

const pressed = (key, modifiers = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...modifiers });

test('arrow keys lead round and round', () => {
  assert.equal(movedTo(pressed('ArrowDown'), 2, 3), 0);
  assert.equal(movedTo(pressed('ArrowRight'), 0, 3), 1);
  assert.equal(movedTo(pressed('ArrowUp'), 0, 3), 2);
  assert.equal(movedTo(pressed('ArrowLeft'), 2, 3), 1);
});

test('Home and End lead to the ends', () => {
  assert.equal(movedTo(pressed('Home'), 2, 3), 0);
  assert.equal(movedTo(pressed('End'), 0, 3), 2);
});

test('other keys, and keys with a modifier, lead nowhere', () => {
  for (const key of ['a', 'toString', 'Enter']) assert.equal(movedTo(pressed(key), 0, 3), null);
  for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) {
    assert.equal(movedTo(pressed('ArrowDown', { [modifier]: true }), 0, 3), null);
  }
});
