/** What was dropped as files: folders are opened, and what in them is no video is left out. */

/** @param {DataTransfer} transfer @param {string[]} accepted @returns {Promise<File[]>} */
export async function filesOf(transfer, accepted) {
  // Asked for at once: the list is empty after the first wait.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => walked(entry, accepted)));
  return found.flat();
}

/**
 * @param {FileSystemEntry} entry
 * @param {string[]} accepted
 * @param {boolean} [inFolder]
 * @returns {Promise<File[]>}
 */
async function walked(entry, accepted, inFolder = false) {
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    const wanted = !inFolder || accepted.some((ending) => entry.name.toLowerCase().endsWith(ending));
    return wanted ? [await new Promise((done, failed) => { file.file(done, failed); })] : [];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const found = [];
  for (;;) { // a reader gives its entries by the hundred
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (!some.length) return found;
    for (const one of some) found.push(...await walked(one, accepted, true));
  }
}
