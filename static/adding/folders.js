/** What was dropped as files: folders are opened, and what in them is no video is left out. */

async function filesOf(transfer, accepted) {
  // Asked for at once: the list is empty after the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => walked(entry, accepted)));
  return found.flat();
}

async function walked(entry, accepted, inFolder = false) {
  if (entry.isFile) {
    const wanted = !inFolder || accepted.some((ending) => entry.name.toLowerCase().endsWith(ending));
    return wanted ? [await new Promise((done, failed) => { entry.file(done, failed); })] : [];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) { // a reader gives its entries by the hundred
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (!some.length) return found;
    for (const one of some) found.push(...await walked(one, accepted, true));
  }
}
