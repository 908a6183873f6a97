#!/usr/bin/env node
// Set-up of a clone, or of the native library beside an installed package. Plain JavaScript on Node's own modules,
// since it runs before any package is installed.
import { installPackages, packagesInstalled } from './install-packages.mjs';
import { linkCommand } from './link-command.mjs';
import { hasNvidiaGpu } from './nvidia-gpu.mjs';
import { clone, stageNative } from './stage-native.mjs';
import { writeSchema } from './write-schema.mjs';

const retry = process.argv.includes('--retry');

if (clone) {
  try {
    if (!packagesInstalled(clone)) await installPackages(clone);
    linkCommand(clone);
  } catch (error) {
    process.stderr.write(`ablate set-up: ${error.message}\n`);
    process.exit(1);
  }
}

await stageNative('@tensorflow/tfjs-node', retry);
if (hasNvidiaGpu()) await stageNative('@tensorflow/tfjs-node-gpu', retry);
if (clone) writeSchema(clone);
