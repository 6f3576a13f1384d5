/** The versions of the model, what each changed, and which one answers. */

function drawVersions(root, raw) {
  const versions = plain(raw)?.versions ?? [];
  const answering = versions.findIndex((version) => version.active);
  root.replaceChildren(...versions.map((version, i) => versionCard(version, i > answering)));
}

function versionCard(version, older) {
  const about = [
    version.made_at ? dayAndTime(version.made_at) : '',
    version.learned_from ? `learned from ${version.learned_from} videos` : '',
    version.parent ? `made from ${version.parent}` : '',
  ].filter(Boolean).join(', ');
  return el('article', { class: version.active ? 'sl-teach-version sl-teach-active' : 'sl-teach-version', 'aria-label': version.name },
    el('div', { class: 'sl-teach-head' },
      el('h3', { text: version.name }),
      el('span', { class: 'sl-spring' }),
      version.active ? el('strong', { text: 'in use' }) : promoteButton(version, older)),
    el('p', { class: 'sl-teach-note', text: about }),
    version.result.sentence ? resultOf(version.result) : null);
}

function promoteButton(version, older) {
  const button = el('button', {
    type: 'button',
    class: 'sl-button',
    text: older ? 'Go back to this version' : 'Use this version',
    on: {
      click: () => {
        button.disabled = true;
        trigger('promote', { version_id: version.id });
      },
    },
  });
  return button;
}

function resultOf(result) {
  return el('div', { class: 'sl-teach-result' },
    el('p', { class: 'sl-teach-sentence', text: result.sentence }),
    result.videos ? barsOf(result) : null,
    changedList('Fixed', 'wrong before, right now', result.fixed),
    changedList('Broken', 'right before, wrong now', result.broken),
    result.videos ? classTable(result.classes) : null);
}

/** Two bars; the thin line is where the true share lies with 95 % confidence. */
function barsOf(result) {
  const row = (word, figures) => {
    const [low, high] = figures.top1_interval;
    const whole = (share) => `${Math.round(share * 100)} %`;
    const bar = el('span', { class: 'sl-teach-bar', 'aria-hidden': 'true' },
      el('span', { class: 'sl-teach-bar-fill' }), el('span', { class: 'sl-teach-bar-range' }));
    bar.firstChild.style.width = `${figures.top1 * 100}%`;
    bar.lastChild.style.left = `${low * 100}%`;
    bar.lastChild.style.width = `${(high - low) * 100}%`;
    return [el('dt', { text: word }), el('dd', {}, bar,
      el('span', { text: `${whole(figures.top1)} right (among all videos like these between ${whole(low)} and ${whole(high)})` }))];
  };
  return el('dl', { class: 'sl-teach-bars' }, ...row('Before', result.before), ...row('Now', result.after));
}

function changedList(title, meaning, lines = []) {
  if (!lines.length) return null;
  const both = (line) => el('a', {
    href: safeUrl(`/compare?video=${line.video_id}&before=${line.before_version.slice(0, 12)}&after=${line.after_version.slice(0, 12)}`),
    'aria-label': `Watch both: ${line.name}`,
    text: 'Watch both',
  });
  const link = (line, which) => el('a', {
    href: safeUrl(`/?video=${line.video_id}&version=${line[`${which}_version`].slice(0, 12)}`), text: line[which],
  });
  return el('section', { 'aria-label': title },
    el('h4', { text: `${title} (${lines.length}): ${meaning}` }),
    el('ul', {}, ...lines.map((line) => el('li', {},
      el('span', { text: `${line.name} is ${line.label}. Before: ` }), link(line, 'before'),
      el('span', { text: '; now: ' }), link(line, 'after'), el('span', { text: '. ' }), both(line)))));
}

function classTable(classes) {
  const titles = ['Label', 'Checked', 'Right before', 'Right now'];
  return el('details', { class: 'sl-details' }, el('summary', { text: 'Label by label' }),
    el('table', { class: 'sl-teach-table' },
      el('thead', {}, el('tr', {}, ...titles.map((title) => el('th', { scope: 'col', text: title })))),
      el('tbody', {}, ...classes.map((row) => el('tr', {}, el('th', { scope: 'row', text: row.label }),
        el('td', { text: row.videos }), el('td', { text: row.before }), el('td', { text: row.after }))))));
}

const versionsRoot = element.querySelector('.sl-root');
drawVersions(versionsRoot, props.value);
watch('value', () => drawVersions(versionsRoot, props.value));
