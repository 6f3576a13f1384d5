/**
 * Paints evidence over the picture. One scale serves every class and moment: nothing is stretched,
 * so no evidence is no colour.
 */

import { el } from '../kit/dom.js';
import { clamp } from '../kit/numbers.js';

/** @import { Crop, Evidence } from './values.js' */

/** @typedef {{ low: number, high: number, share: number }} Mix of two neighbouring cells */

const MAP_SIZE = 112; // pixels of the canvas a side; the browser enlarges it smoothly
const FULL_ALPHA = 0.85; // even the strongest evidence lets the picture through
const FOR = [[255, 183, 46], [222, 48, 14]]; // from weak to strong
const AGAINST = [[72, 196, 240], [24, 68, 214]];
const SHADES = 255;

/** Red, green, blue, alpha for evidence -1..1 in 2 * SHADES + 1 steps. */
function shades() {
  const table = new Uint8ClampedArray(4 * (2 * SHADES + 1));
  for (let i = -SHADES; i <= SHADES; i += 1) {
    const strength = Math.abs(i) / SHADES;
    const [weak, strong] = i > 0 ? FOR : AGAINST;
    const at = 4 * (i + SHADES);
    for (let channel = 0; channel < 3; channel += 1) {
      table[at + channel] = weak[channel] + (strong[channel] - weak[channel]) * strength;
    }
    table[at + 3] = 255 * FULL_ALPHA * strength;
  }
  return table;
}

/**
 * For each of `pixels` across [from, from + size]: its two cells of `cells` over the area.
 * @param {number} pixels
 * @param {number} from
 * @param {number} size
 * @param {number} areaFrom
 * @param {number} areaSize
 * @param {number} cells
 * @returns {Mix[]}
 */
function lattice(pixels, from, size, areaFrom, areaSize, cells) {
  return Array.from({ length: pixels }, (_, i) => {
    const place = from + ((i + 0.5) / pixels) * size;
    const cell = clamp(((place - areaFrom) / areaSize) * cells - 0.5, 0, cells - 1);
    const low = Math.min(Math.floor(cell), cells - 1);
    return { low, high: Math.min(low + 1, cells - 1), share: cell - low };
  });
}

/**
 * Lays `node` over the part `crop` of what it lies in.
 * @param {HTMLElement} node
 * @param {Crop} crop
 */
export function cover(node, { x, y, width, height }) {
  const percents = { left: x, top: y, width, height };
  for (const [side, share] of Object.entries(percents)) node.style.setProperty(side, `${share * 100}%`);
}

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
}

export class HeatMap {
  /** @type {Mix[]} */
  columns = [];
  /** @type {Mix[]} */
  rows = [];
  width = 1;
  scale = 1;

  constructor() {
    this.canvas = el('canvas', {
      class: 'sl-heat', width: MAP_SIZE, height: MAP_SIZE, 'aria-hidden': 'true',
    });
    this.context = contextOf(this.canvas);
    this.image = this.context.createImageData(MAP_SIZE, MAP_SIZE);
    this.shades = shades();
  }

  /**
   * Where the cells lie on the picture; `crop` is the part that the canvas covers.
   * @param {Evidence} evidence
   * @param {Crop} crop
   */
  place(evidence, crop) {
    const [x, y, width, height] = evidence.area ?? [crop.x, crop.y, crop.width, crop.height];
    this.columns = lattice(MAP_SIZE, crop.x, crop.width, x, width, evidence.width);
    this.rows = lattice(MAP_SIZE, crop.y, crop.height, y, height, evidence.height);
    this.width = evidence.width;
    this.scale = evidence.scale;
    cover(this.canvas, crop);
  }

  /**
   * `field` as from `fieldAt`; null paints nothing.
   * @param {ArrayLike<number> | null} field
   */
  paint(field) {
    if (!field) {
      this.context.clearRect(0, 0, MAP_SIZE, MAP_SIZE);
      return;
    }
    const { data } = this.image;
    let at = 0;
    for (const { low: top, high: bottom, share: down } of this.rows) {
      for (const { low: left, high: right, share: across } of this.columns) {
        const upper = field[top * this.width + left] * (1 - across) + field[top * this.width + right] * across;
        const lower = field[bottom * this.width + left] * (1 - across) + field[bottom * this.width + right] * across;
        const value = clamp((upper * (1 - down) + lower * down) / this.scale, -1, 1);
        const shade = 4 * (Math.round(value * SHADES) + SHADES);
        data[at] = this.shades[shade];
        data[at + 1] = this.shades[shade + 1];
        data[at + 2] = this.shades[shade + 2];
        data[at + 3] = this.shades[shade + 3];
        at += 4;
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}
