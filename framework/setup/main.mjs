#!/usr/bin/env node
// Set-up of a clone, or of the native library beside an installed package. Plain JavaScript on Node's own modules, since it runs before any package is installed.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.mjs';
import { installPackages, packagesInstalled } from './install-packages.mjs';
import { linkCommand } from './link-command.mjs';
import { nativeLibrary } from './native-library.mjs';
import { hasNvidiaGpu } from './nvidia-gpu.mjs';

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const inClone = existsSync(path.join(home, 'package-lock.json'));
// Installed as a package, only the native library is set-up's to stage, in the node_modules that the package lies in.
const root = inClone ? home : path.resolve(home, '..', '..');
const retry = process.argv.includes('--retry');

if (inClone) {
  try {
    if (!packagesInstalled(root)) installPackages(root);
    linkCommand(root);
  } catch (error) {
    process.stderr.write(`ablate set-up: ${error.message}\n`);
    process.exit(1);
  }
}

const packages = [
  ['@tensorflow/tfjs-node', 'wasm, which is several times slower'],
  ...(hasNvidiaGpu() ? [['@tensorflow/tfjs-node-gpu', 'the processor instead of the GPU']] : []),
];
for (const [name, instead] of packages) {
  const reason = await nativeLibrary(root, cacheFolder(), name, retry);
  if (reason) process.stderr.write(`ablate: no native TensorFlow from ${name}, so training uses ${instead}: ${reason}. To try again: node ${path.relative(process.cwd(), process.argv[1])} --retry\n`);
}
