import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import addons from './addon-name.cjs';
import { compile, NODE_API, nodeHeaders } from './build-binding.mjs';
import { progress } from './progress.mjs';

/** Ablate's own addons by their folders: what is said of each, and how it is compiled. */
const kinds = {
  kernels: {
    title: "Compiling Ablate's kernels",
    without: "training goes without Ablate's own kernels, which is slower",
    // Products and sums are joined where the sources say so alone: what a compiler joins depends on how memory happens
    // to be aligned, and so would the last bits.
    options: ['-O3', '-ffp-contract=off'],
    linked: true,
  },
  context: {
    title: "Compiling what finds TensorFlow's context",
    without: 'training steps go operation by operation, which is slower where they are small',
    options: ['-ldl'],
    // No name of the library may become global with this one's.
    linked: false,
  },
  ranks: {
    title: 'Compiling what joins processes into one run',
    without: 'no run can go over several processes (train.ranks)',
    options: ['-ldl'],
    linked: true,
  },
};

/**
 * Compiles one of Ablate's own addons for a staged library, where it is not there yet. What goes without it works all
 * the same: what goes wrong is said once, and not tried again unasked.
 *
 * @param {'kernels' | 'context' | 'ranks'} kind
 * @param {string} packageFolder tfjs-node with `deps/` and `lib/` in place
 * @param {boolean} retry try again after a failure
 */
export async function buildAddon(kind, packageFolder, retry) {
  const { title, without, options, linked } = kinds[kind];
  const sourceFolder = fileURLToPath(new URL(`./${kind}`, import.meta.url));
  const library = path.join(packageFolder, 'deps', 'lib');
  const headers = path.join(packageFolder, 'deps', 'include');
  const file = path.join(packageFolder, 'lib', `napi-v${NODE_API}`, addons.addonName(sourceFolder));
  const failed = `${file}.failed`;
  if (
    process.platform !== 'linux' ||
    fs.existsSync(file) ||
    (!retry && fs.existsSync(failed)) ||
    !fs.existsSync(path.join(headers, 'tensorflow', 'c', 'ops.h'))
  )
    return;
  const part = `${file}.part-${process.pid}`;
  const bar = progress(title, 0);
  try {
    const sources = addons.addonSources(sourceFolder).filter((source) => source.endsWith('.cc'));
    await compile(
      [
        `-I${nodeHeaders(packageFolder)}`,
        `-I${headers}`,
        ...sources,
        ...(linked
          ? [`-L${library}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib']
          : []),
        ...options,
      ],
      part,
      bar,
    );
    sync(part);
    fs.renameSync(part, file);
    fs.rmSync(failed, { force: true });
  } catch (error) {
    process.stderr.write(`ablate: ${without}: ${error.message}\n`);
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
