import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

globalThis.document = new EventTarget();
const { announce, hear, listenWhileShown, tell } = await import('./news.js');

const shown = { isConnected: true };
const heard = [];
beforeEach(() => heard.splice(0));

test('who comes later hears what holds, and what is told from then on', () => {
  tell('a:video', { id: 1 });
  tell('a:video', { id: 2 });
  hear(shown, 'a:video', (detail) => heard.push(detail.id));
  tell('a:video', { id: 3 });
  assert.deepEqual(heard, [2, 3]);
});

test('each part that told something is heard', () => {
  tell('b:about', { part: 'viewer', video: 1 });
  tell('b:about', { part: 'panel', video: 2 });
  tell('b:about', { part: 'viewer', video: 3 });
  hear(shown, 'b:about', ({ part, video }) => heard.push(`${part} ${video}`));
  assert.deepEqual(heard, ['viewer 3', 'panel 2']);
});

test('what only happened is not told again', () => {
  announce('c:files', { files: [] });
  hear(shown, 'c:files', (detail) => heard.push(detail));
  assert.deepEqual(heard, []);
});

test('what is no longer part of the page hears nothing', () => {
  const root = { isConnected: true };
  listenWhileShown(root, 'd:key', () => heard.push('key'));
  announce('d:key', {});
  root.isConnected = false;
  announce('d:key', {});
  assert.deepEqual(heard, ['key']);
});
