const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** The sources of the kernels. */
exports.kernelSources = () =>
  fs
    .readdirSync(__dirname)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => path.join(__dirname, name));

/** The name of the addon that is compiled from them: of its own for every content, so that versions of Ablate can share a cache. */
exports.kernelsName = () => {
  const hash = createHash('sha256');
  for (const file of exports.kernelSources()) hash.update(fs.readFileSync(file));
  return `kernels-${hash.digest('hex').slice(0, 12)}.node`;
};
