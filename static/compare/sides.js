/** The two versions in words: what each said, whether it was right, and what may be looked at. */

/** The component's value, decoded; null if there is nothing to show. */
function decodeComparison(raw) {
  const value = plain(raw);
  if (!value) return null;
  for (const side of value.sides) side.answer = decodeValue(side.answer);
  return value;
}

/** Every class of every version that has an answer: what one can choose. [{ s, c }] */
function choicesOf(value) {
  return value.sides.flatMap(({ answer }, s) => (answer ? value.classes.map((_, c) => ({ s, c })) : []));
}

class SideCards {
  constructor({ onChoose }) {
    this.onChoose = onChoose;
    this.root = el('div', { class: 'sl-sides', role: 'radiogroup', 'aria-label': 'Show on the picture what speaks for' });
  }

  draw(value) {
    this.choices = choicesOf(value);
    this.buttons = [];
    this.root.replaceChildren(...value.sides.map((side, s) => this.card(value, side, s)));
  }

  card(value, side, s) {
    if (!side.answer) {
      return el('div', { class: 'sl-side', role: 'group', 'aria-label': side.title },
        el('h3', { text: side.title }), el('p', { class: 'sl-banner', text: side.missing }));
    }
    return el('div', { class: 'sl-side', role: 'group', 'aria-label': side.title },
      el('div', { class: 'sl-side-head' }, el('h3', { text: side.title }), verdictMark(side.verdict)),
      el('p', { class: 'sl-side-headline', text: side.answer.headline }),
      el('div', { class: 'sl-classes' }, ...value.classes.map((one, c) => this.button(value, one, s, c))),
      el('a', { class: 'sl-side-link', href: safeUrl(side.address), text: `All that ${side.name} said` }));
  }

  button(value, { label, roles }, s, c) {
    const side = value.sides[s];
    const { known, probability, words } = side.rows[c];
    const bar = el('span', { class: 'sl-bar' }, el('span', { class: 'sl-bar-fill' }));
    bar.firstChild.style.width = `${100 * clamp(probability ?? 0, 0, 1)}%`;
    const at = this.buttons.length;
    const button = el('button', {
      type: 'button', role: 'radio', class: 'sl-class',
      on: { click: () => this.onChoose({ s, c }), keydown: (event) => this.key(event, at) },
    },
    el('span', { class: 'sl-hidden', text: `${side.title}: ` }),
    el('span', { class: 'sl-class-name', text: label }),
    el('span', { class: 'sl-class-percent', text: known ? percent(probability) : '' }),
    known ? bar : el('span', { class: 'sl-class-roles', text: 'It does not know this class.' }),
    el('span', { class: 'sl-class-words', text: words }),
    el('span', { class: 'sl-class-roles', text: roles.join(', ') }));
    this.buttons.push(button);
    return button;
  }

  key(event, at) {
    const next = movedTo(event, at, this.choices.length);
    if (next === null) return;
    event.preventDefault();
    this.onChoose(this.choices[next]);
    this.buttons[next].focus();
  }

  choose({ s, c }) {
    this.choices.forEach((choice, at) => {
      const isChosen = choice.s === s && choice.c === c;
      this.buttons[at].setAttribute('aria-checked', isChosen);
      this.buttons[at].tabIndex = isChosen ? 0 : -1;
    });
  }
}

function verdictMark(verdict) {
  if (!verdict) return null;
  return el('span', { class: verdict === 'right' ? 'sl-verdict sl-done' : 'sl-verdict sl-error', text: verdict });
}

/** Back to the lists, and to the neighbours in them. */
function wayThrough(way) {
  const link = (address, text) => (address ? el('a', { href: safeUrl(address), text }) : null);
  return [
    el('a', { href: safeUrl('/teach'), text: 'Back to Teach' }),
    el('span', { class: 'sl-spring' }),
    ...(way ? [
      link(way.previous, 'Previous'),
      el('span', { class: 'sl-way-place', text: `${way.list}: ${way.place} of ${way.many}` }),
      link(way.next, 'Next'),
    ] : []),
  ].filter((node) => node !== null);
}
