import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFiltered, queryOf, USUAL } from './address.js';

test('what is as usual does not stand in the address', () => {
  assert.equal(queryOf(USUAL), '');
  assert.equal(queryOf({}), '');
  assert.equal(queryOf({ page: 1, sort: 'newest' }), '');
});

test('everything else does, whatever its signs', () => {
  assert.equal(queryOf({ ...USUAL, page: 2 }), '?page=2');
  const query = new URLSearchParams(queryOf({ search: 'a & b=c ü', by: 'Ada', page: 3 }));
  assert.deepEqual(Object.fromEntries(query), { search: 'a & b=c ü', by: 'Ada', page: '3' });
});

test('blanks alone leave no video out', () => {
  assert.equal(isFiltered({ search: '  ', show: '', by: '' }), false);
  assert.equal(isFiltered({ search: 'a', show: '', by: '' }), true);
  assert.equal(isFiltered({ search: '', show: 'unlabelled', by: '' }), true);
});
