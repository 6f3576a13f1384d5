/**
 * Building the page. Every value may come from a stranger, so text goes in as text: nothing here
 * or in any other file parses mark-up or sets a handler by name.
 */

/**
 * @typedef {{ [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void }} Listeners
 * @typedef {{ on?: Listeners, text?: string | number, [name: string]: unknown }} Attributes
 */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Sets attributes; `on` holds listeners, `text` the content, and false or null leaves one out.
 * @template {Element} N
 * @param {N} node
 * @param {Attributes} attributes
 * @returns {N}
 */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = String(value);
    else if (name === 'on') {
      const listeners = /** @type {Record<string, EventListener>} */ (value);
      for (const [event, listener] of Object.entries(listeners)) node.addEventListener(event, listener);
    } else if (/^on/i.test(name)) throw new Error('handlers are given in `on`');
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = dress(document.createElement(tag), attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Node} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = dress(document.createElementNS(SVG, tag), attributes);
  node.append(...children);
  return node;
}

/**
 * A file's name that may go on in a new line after each of `_-./\\`, but not inside a word.
 * @param {string} text
 */
export function breakable(text) {
  return String(text).split(/(?<=[_\-./\\])/).flatMap((part, i) => (i ? [el('wbr'), part] : [part]));
}

/**
 * A picture of one path on a 24 x 24 grid; the button around it carries the words.
 * @param {string} path
 */
export function icon(path) {
  return svg(
    'svg',
    { viewBox: '0 0 24 24', class: 'sl-icon', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: path }),
  );
}

/**
 * A button that shows a picture; `words` are its name and, with the key, its tooltip.
 * @param {string} path
 * @param {string} words
 * @param {string | null} key
 * @param {() => void} onClick
 */
export function iconButton(path, words, key, onClick) {
  const button = el('button', {
    type: 'button', class: 'sl-button sl-button-icon', 'aria-keyshortcuts': key, on: { click: onClick },
  }, icon(path));
  nameButton(button, words, key);
  return button;
}

/** @param {HTMLElement} button @param {string} words @param {string | null} key */
export function nameButton(button, words, key) {
  button.setAttribute('aria-label', words);
  button.title = key ? `${words} (${key})` : words;
}

/**
 * The address if a browser may safely load it as media or follow it as a link, else null.
 * @param {unknown} address
 */
export function safeUrl(address) {
  try {
    const url = new URL(String(address), document.baseURI);
    return ['http:', 'https:', 'blob:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
