import fs from 'node:fs';
import path from 'node:path';
import { buildAddon } from './build-addon.mjs';
import { isStaged } from './link-staged.mjs';
import { ownDownload } from './own-download.mjs';
import { stageWheels } from './stage-wheels.mjs';
import { wheelsFor } from './wheels.mjs';

/**
 * After a failure set-up waits this long before it tries again unasked: an unreachable network must not delay every
 * start.
 */
const RETRY_AFTER_MS = 60 * 60 * 1000;

/**
 * Puts the native TensorFlow library under one of the npm packages `@tensorflow/tfjs-node` and `-gpu`. The pinned
 * wheels come first, being newer and verified by checksum; the package's own download follows.
 *
 * @param {string} root the folder that holds `node_modules`
 * @param {string} cache the user's cache folder
 * @param {string} name the npm package
 * @param {boolean} retry try again even shortly after a failure
 * @returns {Promise<string | undefined>} why it cannot be had, in one line; undefined where the library is in place
 */
export async function nativeLibrary(root, cache, name, retry) {
  const folder = path.join(root, 'node_modules', name);
  if (isStaged(folder)) return addonsToo(folder, name, retry);
  if (!fs.existsSync(folder)) return `the npm package ${name} is not installed`;
  const earlier = retry ? undefined : rememberedFailure(cache, name);
  if (earlier) return earlier;
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const npmPackage = { name, version, folder };
  const wheels = wheelsFor(name.endsWith('-gpu'));
  const routes = [
    ...(wheels ? [() => stageWheels(cache, npmPackage, wheels)] : []),
    () => ownDownload(root, npmPackage),
  ];
  const reasons = [];
  for (const route of routes) {
    try {
      await route();
      fs.rmSync(failureFile(cache, name), { force: true });
      return addonsToo(folder, name, retry);
    } catch (error) {
      reasons.push(error.message);
    }
  }
  const reason = reasons.join('; ');
  rememberFailure(cache, name, reason);
  return reason;
}

/** Only the processor computes with Ablate's own kernels. */
async function addonsToo(folder, name, retry) {
  await buildAddon('ranks', folder, retry);
  if (name.endsWith('-gpu')) return undefined;
  await buildAddon('kernels', folder, retry);
  await buildAddon('context', folder, retry);
  return undefined;
}

const failureFile = (cache, name) => path.join(cache, 'native', `${name.split('/').at(-1)}.failed.json`);

/** Why the library could not be had within the last hour, or undefined. */
export function rememberedFailure(cache, name) {
  try {
    const { at, reason } = JSON.parse(fs.readFileSync(failureFile(cache, name), 'utf8'));
    return Date.now() - at < RETRY_AFTER_MS ? reason : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the reason, so that the next start does not try again at once. */
export function rememberFailure(cache, name, reason) {
  const file = failureFile(cache, name);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ at: Date.now(), reason }));
  } catch {
    // A cache that cannot be written is one of the reasons reported already; the next start tries again.
  }
}
