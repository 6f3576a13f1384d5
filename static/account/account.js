/** The name and the button that ends the log-in. A form, because it must not be a link. */

const account = element.querySelector('.sl-root');
account.classList.toggle('sl-nobody', !loggedIn);
if (loggedIn) {
  account.replaceChildren(el('form', { class: 'sl-account', method: 'post', action: '/logout' },
    el('span', { class: 'sl-hidden', text: 'Logged in as ' }),
    el('span', { class: 'sl-account-name', text: loggedIn, title: loggedIn }),
    el('button', { type: 'submit', class: 'sl-button sl-button-small', text: 'Log out' })));
}
