import fs from 'node:fs';
import path from 'node:path';
import { compile, NODE_API, nodeHeaders } from './build-binding.mjs';
import kernels from './kernels/name.cjs';
import { progress } from './progress.mjs';

/**
 * Compiles Ablate's own kernels for a staged library, where they are not there yet. Training works without them, only
 * slower: what goes wrong is said once, and not tried again unasked.
 *
 * @param {string} packageFolder tfjs-node with `deps/` and `lib/` in place
 * @param {boolean} retry try again after a failure
 */
export async function buildKernels(packageFolder, retry) {
  const library = path.join(packageFolder, 'deps', 'lib');
  const headers = path.join(packageFolder, 'deps', 'include');
  const file = path.join(packageFolder, 'lib', `napi-v${NODE_API}`, kernels.kernelsName());
  const failed = `${file}.failed`;
  if (
    process.platform !== 'linux' ||
    fs.existsSync(file) ||
    (!retry && fs.existsSync(failed)) ||
    !fs.existsSync(path.join(headers, 'tensorflow', 'c', 'ops.h'))
  )
    return;
  const part = `${file}.part-${process.pid}`;
  const bar = progress("Compiling Ablate's kernels", 0);
  try {
    const sources = kernels.kernelSources().filter((source) => source.endsWith('.cc'));
    // Products and sums are joined where the sources say so alone: what a compiler joins depends on how memory happens
    // to be aligned, and so would the last bits.
    await compile(
      [
        '-O3',
        '-ffp-contract=off',
        `-I${nodeHeaders(packageFolder)}`,
        `-I${headers}`,
        ...sources,
        `-L${library}`,
        '-ltensorflow',
        '-ltensorflow_framework',
        '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ],
      part,
      bar,
    );
    sync(part);
    fs.renameSync(part, file);
    fs.rmSync(failed, { force: true });
  } catch (error) {
    process.stderr.write(`ablate: training goes without Ablate's own kernels, which is slower: ${error.message}\n`);
    remember(failed, error.message);
  } finally {
    bar.end();
    fs.rmSync(part, { force: true });
  }
}

/** Waits until a file is on the disk: one that a power cut emptied would be there, and never be made again. */
function sync(file) {
  const descriptor = fs.openSync(file, 'r+');
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
}

function remember(file, reason) {
  try {
    fs.writeFileSync(file, `${reason}\n`);
  } catch {
    // A folder that cannot be written is the reason reported already; the next start tries again.
  }
}
