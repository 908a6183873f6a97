import fs from 'node:fs';
import path from 'node:path';
import { NODE_API } from './build-binding.mjs';

/**
 * Whether the npm package has a binding and a library in place. Looks at the files only: set-up loaded them once when
 * it staged them, and `ablate doctor` does so whenever it is asked.
 *
 * @param {string} packageFolder
 */
export function isStaged(packageFolder) {
  const libraries = ['libtensorflow.so.2', 'libtensorflow.2.dylib', 'tensorflow.dll'];
  return (
    fs.existsSync(path.join(packageFolder, 'lib', `napi-v${NODE_API}`, 'tfjs_binding.node')) &&
    libraries.some(
      (name) =>
        fs.existsSync(path.join(packageFolder, 'deps', 'lib', name)) ||
        fs.existsSync(path.join(packageFolder, 'lib', `napi-v${NODE_API}`, name)),
    )
  );
}

/**
 * Links `deps` and `lib` of the npm package to a staged folder; whatever a failed install left there is replaced.
 *
 * @param {string} staged
 * @param {string} packageFolder
 */
export function linkStaged(staged, packageFolder) {
  for (const name of ['deps', 'lib']) {
    const link = path.join(packageFolder, name);
    fs.rmSync(link, { recursive: true, force: true });
    fs.symlinkSync(path.join(staged, name), link);
  }
}
