import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inWords } from './decision.js';
import { dropDraft, keepDraft, readDraft } from './drafts.js';

test('a choice in words', () => {
  assert.equal(inWords(null), '');
  assert.equal(inWords({ verdict: 'unsure', label: null }), 'not sure');
  assert.equal(inWords({ verdict: 'corrected', label: 'golf' }), 'golf');
  assert.equal(inWords({ verdict: 'corrected', label: 'golf', isNew: true }), 'golf (new label)');
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
