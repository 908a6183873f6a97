import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { progress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/** The highest Node-API version that tfjs-node 4.22 names; a binding built for it loads in every later Node. */
export const NODE_API = 8;

/**
 * Compiles tfjs-node's binding against the library in `folder/deps`. The compiler is called directly rather than
 * through node-gyp: two source files need no project generator, and node-gyp would fetch Node's headers from the
 * network.
 *
 * @param {string} packageFolder tfjs-node as npm installed it: the sources
 * @param {string} folder the staged package's folder, which gets `lib/`
 * @throws {Error} naming the compiler that is missing, or with its first error
 */
export async function buildBinding(packageFolder, folder) {
  const library = path.join(folder, 'deps', 'lib');
  for (const [name, target] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ]) {
    fs.symlinkSync(target, path.join(library, name));
  }
  const output = path.join(folder, 'lib', `napi-v${NODE_API}`);
  fs.mkdirSync(output, { recursive: true });
  const headers = `-I${nodeHeaders(packageFolder)}`;
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(packageFolder, 'binding', file));
  const bar = progress('Compiling the binding of TensorFlow', 0);
  try {
    await compile(
      [
        headers,
        `-I${path.join(folder, 'deps', 'include')}`,
        ...sources,
        `-L${library}`,
        '-ltensorflow',
        '-ltensorflow_framework',
        '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ],
      path.join(output, 'tfjs_binding.node'),
      bar,
    );
    await compile(
      [headers, fileURLToPath(new URL('./quiet-stderr.cc', import.meta.url))],
      path.join(output, 'quiet-stderr.node'),
      bar,
    );
  } finally {
    bar.end();
  }
}

/**
 * Compiles an addon.
 *
 * @param {string[]} args sources and options
 * @param {string} output the addon's file
 * @param {{update(done: number): void}} bar moves meanwhile
 * @throws {Error} naming the compiler that is missing, or with its first error
 */
export async function compile(args, output, bar) {
  const compiler = process.env.CXX || 'c++';
  const result = await runCommand(
    compiler,
    ['-std=c++17', '-O2', '-fPIC', '-shared', '-pthread', '-w', `-DNAPI_VERSION=${NODE_API}`, ...args, '-o', output],
    { onTick: () => bar.update(0) },
  );
  if (result.code === 127) throw new Error(`a C++ compiler was not found (${compiler}; install g++)`);
  if (result.code !== 0)
    throw new Error(
      `${path.basename(output).split('.')[0]} did not compile: ${result.output.split('\n').find((line) => /error/i.test(line)) ?? result.output.trim()}`,
    );
}

/** Where Node-API's headers are: beside the package, else Node's own. */
export function nodeHeaders(packageFolder) {
  try {
    return createRequire(path.join(packageFolder, 'package.json'))('node-api-headers').include_dir;
  } catch {
    return path.resolve(path.dirname(process.execPath), '..', 'include', 'node');
  }
}
