import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inWords, verdictOn } from './decision.js';
import { dropDraft, keepDraft, readDraft } from './drafts.js';

const VERDICTS = [
  { key: 'yes', way: 'agree', save: 'yes' },
  { key: 'other', way: 'name', save: '' },
  { key: 'unsure', way: 'alone', save: 'not sure' },
];

test('a choice in words', () => {
  assert.equal(inWords(null, VERDICTS), '');
  assert.equal(inWords({ verdict: 'unsure', label: null }, VERDICTS), 'not sure');
  assert.equal(inWords({ verdict: 'unheard of', label: null }, VERDICTS), '');
  assert.equal(inWords({ verdict: 'other', label: 'golf' }, VERDICTS), 'golf');
  assert.equal(inWords({ verdict: 'other', label: 'golf', isNew: true }, VERDICTS), 'golf (new label)');
});

test('naming what the model said first is agreeing', () => {
  const said = [{ label: 'golf' }, { label: 'archery' }];
  assert.equal(verdictOn({ said, verdicts: VERDICTS }, 'golf'), 'yes');
  assert.equal(verdictOn({ said, verdicts: VERDICTS }, 'archery'), 'other');
  assert.equal(verdictOn({ said: [], verdicts: VERDICTS }, 'golf'), 'other');
});

test('a draft is kept for its video until nothing of it is left', () => {
  const draft = { choice: null, note: 'dark', search: '' };
  keepDraft(7, draft);
  assert.deepEqual(readDraft(7), draft);
  assert.equal(readDraft(8), null);
  keepDraft(7, { ...draft, note: '' });
  assert.equal(readDraft(7), null);
  keepDraft(7, draft);
  dropDraft(7);
  assert.equal(readDraft(7), null);
});
