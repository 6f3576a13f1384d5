/** What would be stored of a file, given what the person chose. */

/**
 * @typedef {object} Report what the server says of a file (`workflow/exchange/telling.py`)
 * @property {number} stored
 * @property {number} new
 * @property {Record<string, number>} unknown names that are not in the list of labels, and how often
 * @property {number} conflicts
 * @property {number} conflicts_known those of them whose label is in the list
 * @property {number} unknown_new those that are new but need a name that is not in the list
 * @property {{ key: string, sentence: string, items: string[] }[]} sections
 */

/** @param {Report} report @param {boolean} newLabels @param {boolean} conflicts */
export function storable(report, newLabels, conflicts) {
  let number = report.new + (newLabels ? report.unknown_new : 0);
  if (conflicts) number += newLabels ? report.conflicts : report.conflicts_known;
  return number;
}
