/** The nodes of a time line's rows: a name at the left, a picture over the seconds at the right. */

const LEAST_LABELLED_GAP = 0.12; // of the width

/** How probable class `c` was; `onChoose` is called when its name is clicked. */
function stripRow(value, c, isChosen, onChoose) {
  const { label } = value.classes[c];
  return el('div', { class: `sl-row sl-row-strip${isChosen ? ' sl-chosen' : ''}` },
    rowName(label, onChoose),
    stripPicture(value.timeline, c, value.video.duration));
}

/** A row that says why there is no strip. */
function emptyRow(label, reason, isChosen, onChoose) {
  return el('div', { class: `sl-row sl-row-strip${isChosen ? ' sl-chosen' : ''}` },
    rowName(label, onChoose),
    el('span', { class: 'sl-row-empty', text: reason, title: reason }));
}

function rowName(label, onChoose) {
  return el('span', {
    class: 'sl-row-name', text: label, title: label, 'aria-hidden': 'true', on: { click: onChoose },
  });
}

/** How much evidence there was for class `c`, which is named below the title if `about` says how. */
function curveRow(value, c, about = '') {
  const { evidence } = value;
  const scale = evidence ? evidence.curve_scale.toFixed(1) : '';
  return el('div', { class: 'sl-row sl-row-curve' },
    el('span', { class: 'sl-row-name', 'aria-hidden': 'true' },
      el('span', { text: evidence ? `+${scale}` : '' }),
      el('span', { class: 'sl-row-title', text: 'Evidence' }),
      about ? el('span', { class: 'sl-row-about', text: about, title: about }) : null,
      el('span', { text: evidence ? `−${scale}` : '' })),
    evidence
      ? curvePicture(evidence, c, value.video.duration)
      : el('span', { class: 'sl-row-empty', text: 'There is no evidence to show.' }));
}

function gapMark([start, end], duration) {
  const share = (end - start) / duration;
  const node = el('div', { class: 'sl-gap', title: 'not analysed' },
    share > LEAST_LABELLED_GAP ? el('span', { text: 'not analysed' }) : null);
  node.style.left = `${(100 * start) / duration}%`;
  node.style.width = `${100 * share}%`;
  return node;
}
