const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** The sources of an addon: all of its folder. */
exports.addonSources = (folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));

/** The name of the addon that is compiled from a folder: of its own for every content, so that versions of Ablate can share a cache. */
exports.addonName = (folder) => {
  const hash = createHash('sha256');
  for (const file of exports.addonSources(folder)) hash.update(fs.readFileSync(file));
  return `${path.basename(folder)}-${hash.digest('hex').slice(0, 12)}.node`;
};
