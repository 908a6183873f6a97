import fs from 'node:fs';
import path from 'node:path';
import { NODE_API, buildBinding } from './build-binding.mjs';
import { checkBinding } from './check-binding.mjs';
import { downloadWheel } from './download-wheel.mjs';
import { linkStaged } from './link-staged.mjs';
import { moveStaged } from './move-staged.mjs';
import { pythonWithPip } from './python.mjs';
import { unpackWheel } from './unpack-wheel.mjs';
import { withLock } from './with-lock.mjs';

/** Raised when what set-up makes of the same wheels changes. */
const REVISION = 2;

/**
 * The folder in the user's cache that holds a staged library: its name is made of everything that its content depends
 * on.
 *
 * @param {string} cache
 * @param {{name: string, version: string}} npmPackage
 * @param {import('./wheels.mjs').Wheel[]} wheels
 */
function stagedFolder(cache, npmPackage, wheels) {
  const [tensorflow] = wheels;
  const name = npmPackage.name.split('/').at(-1);
  const parts = [
    name,
    npmPackage.version,
    tensorflow.name,
    tensorflow.version,
    tensorflow.sha256.slice(0, 12),
    process.platform,
    process.arch,
    `napi${NODE_API}`,
    `r${REVISION}`,
  ];
  return path.join(cache, 'native', parts.join('-'));
}

/**
 * Links the library of the pinned wheels into the npm package, staging it into the user's cache first where no clone
 * has yet.
 *
 * @param {string} cache
 * @param {{name: string, version: string, folder: string}} npmPackage
 * @param {import('./wheels.mjs').Wheel[]} wheels
 * @throws {Error} saying in one line why it cannot be had
 */
export async function stageWheels(cache, npmPackage, wheels) {
  const target = stagedFolder(cache, npmPackage, wheels);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  if (!fs.existsSync(target)) {
    const wait = (owner) => process.stderr.write(`Waiting for ${owner}, which is staging the same library …\n`);
    await withLock(
      `${target}.lock`,
      () => (fs.existsSync(target) ? undefined : fill(target, npmPackage, wheels)),
      wait,
    );
  }
  linkStaged(target, npmPackage.folder);
  try {
    await checkBinding(npmPackage.folder);
  } catch (error) {
    unlinkStaged(npmPackage.folder);
    throw error;
  }
}

async function fill(target, npmPackage, wheels) {
  const python = await pythonWithPip();
  for (const name of fs.readdirSync(path.dirname(target))) {
    if (name.startsWith(`${path.basename(target)}.part-`))
      fs.rmSync(path.join(path.dirname(target), name), { recursive: true, force: true });
  }
  const part = `${target}.part-${process.pid}`;
  try {
    for (const wheel of wheels) {
      const download = path.join(part, 'download', wheel.name);
      await unpackWheel(python, await downloadWheel(python, wheel, download), part);
      fs.rmSync(download, { recursive: true, force: true });
    }
    fs.rmSync(path.join(part, 'download'), { recursive: true, force: true });
    await buildBinding(npmPackage.folder, part);
    moveStaged(part, target);
  } finally {
    fs.rmSync(part, { recursive: true, force: true });
  }
}

function unlinkStaged(folder) {
  for (const name of ['deps', 'lib']) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
}
