/**
 * Building the page. Every value may come from a stranger, so text goes in as text: nothing here
 * or in any other file parses mark-up or sets a handler by name.
 */

const SVG = 'http://www.w3.org/2000/svg';

/** Sets attributes; `on` holds listeners, `text` the content, and false or null leaves one out. */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = value;
    else if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (/^on/i.test(name)) throw new Error('handlers are given in `on`');
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  return node;
}

function el(tag, attributes = {}, ...children) {
  const node = dress(document.createElement(tag), attributes);
  node.append(...children.filter((child) => child !== null));
  return node;
}

function svg(tag, attributes = {}, ...children) {
  const node = dress(document.createElementNS(SVG, tag), attributes);
  node.append(...children);
  return node;
}

/** A file's name that may go on in a new line after each of `_-./\\`, but not inside a word. */
function breakable(text) {
  return String(text).split(/(?<=[_\-./\\])/).flatMap((part, i) => (i ? [el('wbr'), part] : [part]));
}

/** A picture of one path on a 24 x 24 grid; the button around it carries the words. */
function icon(path) {
  return svg(
    'svg',
    { viewBox: '0 0 24 24', class: 'sl-icon', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: path }),
  );
}

/** A button that shows a picture; `words` are its name and, with the key, its tooltip. */
function iconButton(path, words, key, onClick) {
  const button = el('button', {
    type: 'button', class: 'sl-button sl-button-icon', 'aria-keyshortcuts': key, on: { click: onClick },
  }, icon(path));
  nameButton(button, words, key);
  return button;
}

function nameButton(button, words, key) {
  button.setAttribute('aria-label', words);
  button.title = key ? `${words} (${key})` : words;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** 3.2 or 1:03.2, to a tenth of a second. */
function clock(seconds) {
  const tenths = Math.round(Math.max(seconds, 0) * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1);
  return minutes ? `${minutes}:${rest.padStart(4, '0')}` : rest;
}

/** 83 %; never 0 % or 100 %, which nobody meant. */
function percent(probability) {
  if (probability < 0.01) return 'under 1\u00a0%';
  if (probability > 0.99) return 'over 99\u00a0%';
  return `${Math.round(probability * 100)}\u00a0%`;
}

/** +1.3 or −0.2, in logits. */
function signed(value) {
  const text = Math.abs(value).toFixed(1);
  if (text === '0.0') return text;
  return value > 0 ? `+${text}` : `−${text}`;
}

/** A time of day in the reader's own zone, or '' for something that is no time. */
function timeOfDay(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : at.toLocaleTimeString([], { hour12: false });
}

/** Day and time in the reader's own zone. */
function dayAndTime(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short', hour12: false });
}

/** A copy without Gradio's watching proxies, which make reading long arrays slow. */
function plain(value) {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** The address if a browser may safely load it as media or follow it as a link, else null. */
function safeUrl(address) {
  try {
    const url = new URL(String(address), document.baseURI);
    return ['http:', 'https:', 'blob:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Runs `listener` for an event on `document` as long as `root` is part of the page. */
function listenWhileShown(root, event, listener) {
  const heard = (occurrence) => {
    if (root.isConnected) listener(occurrence);
    else document.removeEventListener(event, heard);
  };
  document.addEventListener(event, heard);
}

function announce(event, detail) {
  document.dispatchEvent(new CustomEvent(event, { detail }));
}
