/** All models: those of this computer, those that are available, and a button each. */

const SHELF_ACTIONS = {
  use: { words: 'Use it', event: 'let_answer' },
  get: { words: 'Download', event: 'get_model' },
  again: { words: 'Download again', event: 'get_model' },
};
const SHELF_GROUPS = [['here', 'On this computer'], ['first', 'Available']];
const SHELF_PATIENCE_MS = 5000;

class Shelf {
  constructor(root) {
    this.root = root;
    this.opened = new Set();
  }

  update(raw) {
    const value = plain(raw);
    if (!value) return;
    this.busy = value.busy;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const rows = (group) => value.rows.filter((row) => row.group === group);
    const more = rows('more');
    this.root.replaceChildren(
      ...SHELF_GROUPS.filter(([group]) => rows(group).length).map(([group, title]) => el('section', { class: 'sl-shelf', 'aria-label': title },
        el('h2', { text: title }), ...rows(group).map((row) => this.card(row)))),
      ...(more.length ? [this.fold('more', `${more.length} more published networks`,
        () => el('div', { class: 'sl-shelf' }, ...more.map((row) => this.card(row))))] : []),
    );
    // What had the focus is drawn anew; somebody who uses the keyboard must not lose their place.
    if (focused) this.root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  card(row) {
    return el('article', { class: row.badge === 'in use' ? 'sl-model sl-model-active' : 'sl-model', 'aria-label': row.title },
      el('div', { class: 'sl-model-head' },
        el('h3', { text: row.title }),
        row.badge ? el('span', { class: row.badge === 'damaged' ? 'sl-badge sl-badge-bad' : 'sl-badge', text: row.badge }) : null,
        el('span', { class: 'sl-spring' }),
        row.action ? this.button(row) : null),
      el('p', { text: row.about }),
      el('p', { class: 'sl-model-brief', text: row.brief }),
      row.bars.length ? el('ul', { class: 'sl-model-bars', 'aria-label': 'How many were right' }, ...row.bars.map(modelBar)) : null,
      this.fold(`facts ${row.name}`, 'Details', () => factList(row.facts), row.title),
      row.card ? this.fold(`card ${row.name}`, 'Model card', () => cardOf(row.card), row.title) : null);
  }

  button(row) {
    const { words, event } = SHELF_ACTIONS[row.action];
    const blocked = this.busy && row.action !== 'use';
    const button = el('button', {
      type: 'button',
      class: 'sl-button',
      text: words,
      'data-key': `button ${row.name}`,
      'aria-label': `${words}: ${row.title}`,
      'aria-disabled': blocked && 'true',
      title: blocked && 'Another model is being fetched.',
      on: {
        click: () => {
          if (button.getAttribute('aria-disabled') === 'true') return;
          button.setAttribute('aria-disabled', 'true');
          // If it fails nothing is drawn anew, and one must be able to try again.
          setTimeout(() => button.removeAttribute('aria-disabled'), SHELF_PATIENCE_MS);
          trigger(event, { name: row.name });
        },
      },
    });
    return button;
  }

  /** Something that is filled when it is first opened, and open again when it is drawn anew. */
  fold(key, words, fill, about = '') {
    const summary = el('summary', { text: words, 'data-key': key, 'aria-label': about && `${words}: ${about}` });
    const details = el('details', { class: 'sl-details' }, summary);
    const open = () => {
      if (details.childElementCount === 1) details.append(fill());
    };
    if (this.opened.has(key)) {
      open();
      details.open = true;
    }
    details.addEventListener('toggle', () => {
      if (details.open) open();
      this.opened[details.open ? 'add' : 'delete'](key);
    });
    return details;
  }
}

/** A bar beside its words; the thin line is where the true share lies with 95 % confidence. */
function modelBar(bar) {
  const drawn = el('span', { class: 'sl-model-bar', 'aria-hidden': 'true' }, el('span', { class: 'sl-model-fill' }));
  drawn.firstChild.style.width = `${bar.share * 100}%`;
  if (bar.low !== null) {
    const range = el('span', { class: 'sl-model-range' });
    range.style.left = `${bar.low * 100}%`;
    range.style.width = `${(bar.high - bar.low) * 100}%`;
    drawn.append(range);
  }
  return el('li', {}, drawn, el('span', { text: bar.words }));
}

function factList(facts) {
  return el('dl', { class: 'sl-model-facts' }, ...facts.flatMap(([term, words]) => [
    el('dt', { text: term }), el('dd', { text: words }),
  ]));
}

const shelf = new Shelf(element.querySelector('.sl-root'));
shelf.update(props.value);
watch('value', () => shelf.update(props.value));
