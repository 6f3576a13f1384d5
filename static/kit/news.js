/**
 * What the parts of a page tell one another: events on `document`. Each part is loaded by itself,
 * so one may speak before another listens; what holds on until something else is said is told
 * to those who come later, too.
 */

/** @type {Map<string, Map<string, object>>} event -> part that told it -> detail */
const latest = new Map();

/**
 * Says what happened; whoever does not listen yet misses it.
 * @param {string} event
 * @param {object} detail
 */
export function announce(event, detail) {
  document.dispatchEvent(new CustomEvent(event, { detail }));
}

/**
 * Says what holds from now on. `detail.part` is who says so, where several do.
 * @param {string} event
 * @param {{ part?: string, [name: string]: unknown }} detail
 */
export function tell(event, detail) {
  const told = latest.get(event) ?? new Map();
  latest.set(event, told.set(detail.part ?? '', detail));
  announce(event, detail);
}

/**
 * Runs `listener` for an event on `document` as long as `root` is part of the page.
 * @param {Element} root
 * @param {string} event
 * @param {(occurrence: any) => void} listener
 */
export function listenWhileShown(root, event, listener) {
  const heard = (/** @type {Event} */ occurrence) => {
    if (root.isConnected) listener(occurrence);
    else document.removeEventListener(event, heard);
  };
  document.addEventListener(event, heard);
}

/**
 * Gives `listener` the details of what was told last and of all that is told from now on.
 * @param {Element} root
 * @param {string} event
 * @param {(detail: any) => void} listener
 */
export function hear(root, event, listener) {
  for (const detail of latest.get(event)?.values() ?? []) listener(detail);
  listenWhileShown(root, event, (occurrence) => listener(occurrence.detail));
}
