#!/usr/bin/env node
// Set-up of a clone. Plain JavaScript on Node's own modules, since it runs before any package is installed.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.mjs';
import { installPackages, packagesInstalled } from './install-packages.mjs';
import { linkCommand } from './link-command.mjs';
import { nativeLibrary } from './native-library.mjs';
import { hasNvidiaGpu } from './nvidia-gpu.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const retry = process.argv.includes('--retry');

const COMMAND = 'node framework/setup/main.mjs --retry';

try {
  if (!packagesInstalled(root)) installPackages(root);
  linkCommand(root);
} catch (error) {
  process.stderr.write(`ablate set-up: ${error.message}\n`);
  process.exit(1);
}

const packages = [
  ['@tensorflow/tfjs-node', 'wasm, which is several times slower'],
  ...(hasNvidiaGpu() ? [['@tensorflow/tfjs-node-gpu', 'the processor instead of the GPU']] : []),
];
for (const [name, instead] of packages) {
  const reason = await nativeLibrary(root, cacheFolder(), name, retry);
  if (reason) process.stderr.write(`ablate: no native TensorFlow from ${name}, so training uses ${instead}: ${reason}. To try again: ${COMMAND}\n`);
}
