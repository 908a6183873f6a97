import { createRequire } from 'node:module';
import { runCommand } from './run-command.mjs';

// Node 23 dropped two functions that tfjs-node 4.22 calls.
const SCRIPT = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
globalThis[Symbol.for('ablate-ml.tfjs')] = require(process.argv[2]);
const tf = require(process.argv[1]);
if (tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()[0] !== 3) throw new Error('a wrong product');
console.log('TENSORFLOW=' + tf.backend().binding.TF_Version);
`;

/**
 * Loads the binding in a process of its own, so that a library that crashes takes nothing with it, and computes with
 * it.
 *
 * @param {string} packageFolder tfjs-node with `deps/` and `lib/` in place
 * @returns {Promise<string>} TensorFlow's version
 * @throws {Error} with the reason why it cannot be loaded
 */
export async function checkBinding(packageFolder) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const result = await runCommand(
    process.execPath,
    ['-e', SCRIPT, packageFolder, createRequire(import.meta.url).resolve('@tensorflow/tfjs')],
    { env },
  );
  const version = /TENSORFLOW=(.*)/.exec(result.output)?.[1];
  if (result.code === 0 && version) return version;
  throw new Error(
    `the library does not load: ${result.output.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${result.code}`}`,
  );
}
