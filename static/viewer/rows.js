/** The rows under the picture: each a curve over the same seconds, drawn on a 1000 wide grid. */

const GRID = 1000;
const STRIP_HEIGHT = 100;
const CURVE_HEIGHT = 200;

/** Points of a row as one path: pieces are broken by null. */
function pathOf(pieces) {
  return pieces
    .map((piece) => `M${piece.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`)
    .join('');
}

function picture(height, ...paths) {
  return svg('svg', {
    viewBox: `0 0 ${GRID} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false',
  }, ...paths);
}

/** Runs of neighbouring steps that have a value: [[first, last]]. */
function runs(values) {
  const found = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (found.length && found.at(-1)[1] === i - 1) found.at(-1)[1] = i;
    else found.push([i, i]);
  });
  return found;
}

/** The probability of one class as steps; null steps stay empty. */
function stripPicture(timeline, c, duration) {
  const x = (t) => (clamp(t, 0, duration) / duration) * GRID;
  const y = (p) => STRIP_HEIGHT * (1 - p);
  const values = timeline.probabilities[c];
  const lines = [];
  const areas = [];
  for (const [first, last] of runs(values)) {
    const line = [];
    for (let i = first; i <= last; i += 1) {
      line.push([x(timeline.edges[i]), y(values[i])], [x(timeline.edges[i + 1]), y(values[i])]);
    }
    lines.push(line);
    areas.push([[line[0][0], STRIP_HEIGHT], ...line, [line.at(-1)[0], STRIP_HEIGHT]]);
  }
  return picture(STRIP_HEIGHT,
    svg('path', { class: 'sl-area', d: pathOf(areas) }),
    svg('path', { class: 'sl-line', d: pathOf(lines) }));
}

/** Centres with their values, cut at gaps and held to both ends of what was looked at. */
function curvePieces(evidence, c, duration) {
  const { seconds, gaps } = evidence;
  const curve = evidence.curves[c];
  const pieces = [];
  seconds.forEach((t, i) => {
    const joined = i > 0 && !gapBetween(gaps, seconds[i - 1], t);
    if (!joined) {
      if (i > 0) pieces.at(-1).push([heldUntil(gaps, seconds[i - 1], duration), curve[i - 1]]);
      pieces.push([[heldFrom(gaps, t), curve[i]]]);
    }
    pieces.at(-1).push([t, curve[i]]);
  });
  pieces.at(-1).push([heldUntil(gaps, seconds.at(-1), duration), curve.at(-1)]);
  return pieces;
}

function heldFrom(gaps, t) {
  return Math.max(0, ...gaps.filter(([, end]) => end <= t).map(([, end]) => end));
}

function heldUntil(gaps, t, duration) {
  return Math.min(duration, ...gaps.filter(([start]) => start >= t).map(([start]) => start));
}

/** The signed curve of one class around its zero line; every class has the same height. */
function curvePicture(evidence, c, duration) {
  const middle = CURVE_HEIGHT / 2;
  const point = ([t, value]) => [
    (clamp(t, 0, duration) / duration) * GRID,
    middle - clamp(value / evidence.curve_scale, -1, 1) * middle * 0.94,
  ];
  const pieces = curvePieces(evidence, c, duration).map((piece) => piece.map(point));
  const areas = pieces.map((piece) => [[piece[0][0], middle], ...piece, [piece.at(-1)[0], middle]]);
  const half = (name, top) => svg('svg', {
    x: 0, y: top ? 0 : middle, width: GRID, height: middle,
    viewBox: `0 ${top ? 0 : middle} ${GRID} ${middle}`, preserveAspectRatio: 'none',
  }, svg('path', { class: name, d: pathOf(areas) }));
  return picture(CURVE_HEIGHT,
    half('sl-area-for', true),
    half('sl-area-against', false),
    svg('path', { class: 'sl-zero', d: `M0 ${middle}L${GRID} ${middle}` }),
    svg('path', { class: 'sl-line', d: pathOf(pieces) }));
}

const LONG_STEPS = [20, 30, 60, 120, 300, 600, 1200, 1800, 3600]; // seconds that clocks are read in

/** Marks under the rows: [seconds, text], at most about `wanted`, evenly spaced, none twice. */
function ticks(duration, wanted) {
  const rough = duration / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const fine = [1, 2, 5, 10].map((factor) => factor * power);
  const step = (rough > 10 ? LONG_STEPS : fine).find((size) => size >= rough * (1 - 1e-9)) ?? fine.at(-1);
  const places = clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 9);
  const text = (t) => (t < 60 ? String(Number(t.toFixed(places))) : clock(t).replace(/\.0$/, ''));
  return Array.from({ length: Math.floor(duration / step + 1e-6) + 1 }, (_, i) => [i * step, text(i * step)]);
}
