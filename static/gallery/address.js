/** What part of the list is shown, as it stands in the page's address. */

const USUAL = { search: '', show: '', by: '', sort: 'newest', page: 1 };

/** What follows the path: `?search=…`, without what is as usual; '' if all is. */
function queryOf(asked) {
  const query = new URLSearchParams();
  for (const [name, usual] of Object.entries(USUAL)) {
    const value = asked[name] ?? usual;
    if (String(value) !== String(usual)) query.set(name, value);
  }
  const text = query.toString();
  return text && `?${text}`;
}

function addressOf(asked) {
  return location.pathname + queryOf(asked);
}

/** Whether it leaves videos out. */
function isFiltered({ search, show, by }) {
  return Boolean(search.trim() || show || by);
}
