/** What Gradio hands to a component when it is mounted. */

import { followAhead } from './ahead.js';

/**
 * @typedef {object} Gradio
 * @property {HTMLElement} element
 * @property {Record<string, any>} props `value`, and what the component was made with
 * @property {(name: string, heard: () => void) => void} watch
 * @property {(event: string, data?: object) => void} trigger
 * @property {Record<string, (...given: any[]) => Promise<any>>} server
 * @property {(file: File) => Promise<{ path: string, url: string }>} upload
 */

/**
 * A copy without Gradio's watching proxies, which make reading long arrays slow.
 * @template T
 * @param {T | undefined} value
 * @returns {T | null}
 */
export function plain(value) {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/**
 * The empty element that the component fills.
 * @param {Gradio} gradio
 * @returns {HTMLElement}
 */
export function rootOf({ element }) {
  return /** @type {HTMLElement} */ (element.querySelector('.sl-root'));
}

/**
 * Calls `update` with the component's value now, and whenever the value has changed; also with one
 * that was loaded ahead.
 * @param {Gradio} gradio
 * @param {(value: any) => void} update
 */
export function follow({ element, props, watch }, update) {
  update(props.value);
  const isLate = followAhead(element, update);
  watch('value', () => { if (!isLate(props.value)) update(props.value); });
}
