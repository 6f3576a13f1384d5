/** The name and the button that ends the log-in. A form, because it must not be a link. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { loggedIn } from '../kit/person.js';

/** @import { Gradio } from '../kit/gradio.js' */

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
