import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.mjs';
import { nativeLibrary, rememberedFailure, rememberFailure } from './native-library.mjs';
import { nativeRoot } from './native-packages.mjs';

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** The clone's folder, or undefined where the framework is an installed package. */
export const clone = existsSync(path.join(home, 'package-lock.json')) ? home : undefined;

/**
 * Puts the native TensorFlow library of one build in place, where it is not, and says on standard error why it cannot
 * be had.
 *
 * @param {'@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'} name
 * @param {boolean} [retry] try again even shortly after a failure
 */
export async function stageNative(name, retry = false) {
  const cache = cacheFolder();
  const reason = await staged(name, cache, retry);
  if (!reason) return;
  const instead = name.endsWith('-gpu') ? 'the processor instead of the GPU' : 'wasm, which is several times slower';
  const command = path.relative(process.cwd(), fileURLToPath(new URL('./main.mjs', import.meta.url)));
  process.stderr.write(
    `ablate: no native TensorFlow from ${name}, so training uses ${instead}: ${reason}. To try again: node ${command} --retry\n`,
  );
}

async function staged(name, cache, retry) {
  if (clone) return nativeLibrary(clone, cache, name, retry);
  const earlier = retry ? undefined : rememberedFailure(cache, name);
  if (earlier) return earlier;
  try {
    return await nativeLibrary(await nativeRoot(name, cache), cache, name, retry);
  } catch (error) {
    rememberFailure(cache, name, error.message);
    return error.message;
  }
}
