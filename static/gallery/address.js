/** What part of the list is shown, as it stands in the page's address. */

/**
 * Which part of the list is asked for.
 * @typedef {{ search: string, show: string, by: string, sort: string, page: number, queue: string }} Asked
 */

export const USUAL = { search: '', show: '', by: '', sort: 'newest', page: 1, queue: 'listed' };

/**
 * What follows the path: `?search=…`, without what is as usual; '' if all is.
 * @param {Partial<Asked>} asked
 */
export function queryOf(asked) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...USUAL, ...asked })) {
    if (String(value) !== String(USUAL[/** @type {keyof Asked} */ (name)])) query.set(name, String(value));
  }
  const text = query.toString();
  return text && `?${text}`;
}

/** @param {Partial<Asked>} asked */
export function addressOf(asked) {
  return location.pathname + queryOf(asked);
}

/**
 * Whether it leaves videos out.
 * @param {Pick<Asked, 'search' | 'show' | 'by'>} asked
 */
export function isFiltered({ search, show, by }) {
  return Boolean(search.trim() || show || by);
}
