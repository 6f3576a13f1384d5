import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.js';

test('the rest takes as long as the part before did', () => {
  const pace = new Pace();
  assert.equal(pace.remaining(5, 0.5), null);
  pace.begin(100);
  assert.equal(pace.remaining(101, 0.5), null);
  assert.equal(pace.remaining(110, 0.01), null);
  assert.equal(pace.remaining(110, 0.25), 30);
});

test('a pause does not count', () => {
  const pace = new Pace();
  pace.begin(100);
  pace.pause(110);
  pace.pause(120);
  assert.equal(pace.remaining(500, 0.5), null);
  pace.goOn(500);
  pace.goOn(505);
  assert.equal(pace.remaining(510, 0.5), 20);
});

test('what was done before it began says nothing of how quick it is', () => {
  const pace = new Pace();
  pace.begin(100, 0.5);
  assert.equal(pace.remaining(110, 0.75), 10);
});
