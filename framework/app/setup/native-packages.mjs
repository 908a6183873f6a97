import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { belongsToUser } from './belongs-to-user.mjs';
import { moveStaged } from './move-staged.mjs';
import { runNpm } from './run-npm.mjs';
import { withLock } from './with-lock.mjs';

/** The version of tfjs-node that the framework is tested with, and the headers that its binding is compiled against. */
const VERSIONS = { tfjs: '4.22.0', headers: '^1.9.0' };

/**
 * Stands in for TensorFlow.js: the binding must register itself with the instance that the framework computes with, not
 * one of its own.
 */
const SHIMMED = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];
const SHIM = 'module.exports = globalThis[Symbol.for("ablate-ml.tfjs")];\n';

/**
 * The folder of the `node_modules` that holds a native package for an installed `ablate-ml`: the user's own project
 * where it depends on one, else a folder in the user's cache, which serves all projects and is filled by npm, without
 * scripts, on first use.
 *
 * @param {string} name `@tensorflow/tfjs-node` or `-gpu`
 * @param {string} cache the user's cache folder
 * @returns {Promise<string>}
 * @throws {Error} with npm's last words
 */
export async function nativeRoot(name, cache) {
  for (const base of [import.meta.url, path.join(process.cwd(), 'package.json')]) {
    try {
      const folder = path.dirname(createRequire(base).resolve(`${name}/package.json`));
      // Node looks in every folder above, where somebody else may have left one.
      if (belongsToUser(folder)) return path.resolve(folder, '..', '..', '..');
    } catch {}
  }
  const root = cachedRoot(name, cache);
  if (fs.existsSync(path.join(root, 'node_modules', name, 'package.json'))) return root;
  fs.mkdirSync(path.dirname(root), { recursive: true });
  await withLock(`${root}.lock`, async () => fill(root, name));
  return root;
}

/** Where the cache holds a native package, whether or not it does yet. */
function cachedRoot(name, cache) {
  return path.join(cache, 'native', 'packages', `${name.split('/').at(-1)}-${VERSIONS.tfjs}`);
}

async function fill(root, name) {
  if (fs.existsSync(path.join(root, 'node_modules', name, 'package.json'))) return;
  const part = `${root}.part-${process.pid}`;
  try {
    const shims = {};
    for (const shim of SHIMMED) {
      const folder = path.join(part, 'shims', shim);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(
        path.join(folder, 'package.json'),
        JSON.stringify({ name: shim, version: VERSIONS.tfjs, main: 'index.js' }),
      );
      fs.writeFileSync(path.join(folder, 'index.js'), SHIM);
      shims[shim] = `file:./shims/${shim}`;
    }
    const manifest = {
      private: true,
      dependencies: { [name]: VERSIONS.tfjs, 'node-api-headers': VERSIONS.headers, ...shims },
      overrides: shims,
    };
    fs.writeFileSync(path.join(part, 'package.json'), JSON.stringify(manifest));
    const { status, output } = await runNpm(
      [
        'install',
        '--ignore-scripts',
        '--install-links',
        '--no-audit',
        '--no-fund',
        '--global=false',
        '--dry-run=false',
        '--prefer-offline',
        '--loglevel=error',
      ],
      part,
    );
    if (status !== 0)
      throw new Error(`npm could not fetch ${name}: ${output.trim().split('\n')[0] || `exit code ${status}`}`);
    moveStaged(part, root);
  } finally {
    fs.rmSync(part, { recursive: true, force: true });
  }
}
