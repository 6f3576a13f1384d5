/** The name and the button that ends the log-in. A form, because it must not be a link. */

import { el } from '../common/dom.js';
import { rootOf } from '../common/gradio.js';
import { loggedIn } from '../common/person.js';

/** @import { Gradio } from '../common/gradio.js' */

/** @param {Gradio} gradio */
export function mount(gradio) {
  const root = rootOf(gradio);
  root.classList.toggle('sl-nobody', !loggedIn);
  if (!loggedIn) return;
  root.replaceChildren(el('form', { class: 'sl-account', method: 'post', action: '/logout' },
    el('span', { class: 'sl-hidden', text: 'Logged in as ' }),
    el('span', { class: 'sl-account-name', text: loggedIn, title: loggedIn }),
    el('button', { type: 'submit', class: 'sl-button sl-button-small', text: 'Log out' })));
}
