import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import util from 'node:util';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { belongsToUser } from '../../plugins/belongs-to-user.ts';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { DeviceFault } from '../../base/errors/device-fault.ts';
import type { DeviceOptions } from '../../contracts/device.ts';
import { joinRanks, type RanksAddon } from './ranks-addon.ts';
import type { StepFunctions } from './step-function.ts';
import { setupCommand, setupFolder } from '../../base/system/setup-folder.ts';

/** The two builds of the binding; one process can load only one of them. */
export type NativePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** What Ablate's convolutions compute in: 16, 8 or 4 numbers at once. */
type ConvolutionVectors = 'avx512' | 'avx2' | 'neon';

/** The binding that this process has loaded, and what was pinned for it. */
export interface LoadedNative {
  readonly name: NativePackage;
  /** Version of the npm package. */
  readonly version: string;
  readonly threads: number;
  /**
   * Whether Ablate's own kernels (`framework/app/setup/kernels`) are in use, and the vectors that convolutions among them
   * compute in.
   */
  readonly kernels: { readonly steps: boolean; readonly convolutions?: ConvolutionVectors | undefined };
  /** What joined this process to those of its run, where it has joined any. */
  readonly ranks?: RanksAddon | undefined;
  /** Makes functions of graphs; absent where set-up has not compiled what does, or `ABLATE_CAPTURE` is 0. */
  readonly stepFunctions?: StepFunctions | undefined;
  /** What tfjs-node adds to TensorFlow.js. */
  readonly node: {
    /** Loads the signature of a SavedModel. The result's `predict` takes and gives tensors. */
    loadSavedModel(
      folder: string,
      tags?: readonly string[],
      signature?: string,
    ): Promise<{ predict(input: unknown): unknown; dispose(): void }>;
  };
}

/** The version that set-up keeps in the user's cache (`framework/app/setup/native-packages.mjs`). */
const cachedVersion = '4.22.0';

let loaded: LoadedNative | undefined;

/** Gives the binding that this process has loaded, if any. */
export const loadedNative = (): LoadedNative | undefined => loaded;

/**
 * Loads a build of the native binding, which makes it TensorFlow.js's backend.
 *
 * @param threads of one operation; the processors this process may use where it is left out
 * @throws DeviceFault where it is not there, does not load, or another build or thread count is loaded already
 */
export function loadNative(name: NativePackage, { threads, place }: DeviceOptions): LoadedNative {
  if (loaded && !loaded.ranks !== !place)
    throw new DeviceFault(
      'this process has loaded the native library already',
      'Begin each rank in a process of its own',
    );
  if (loaded) return requireSame(loaded, threads);
  const folder = packageFolder(name);
  if (!folder)
    throw new DeviceFault(
      `the npm package ${name} is not installed`,
      `Type: npm install --ignore-scripts ${name} && ${setupCommand()}`,
    );
  if (!existsSync(path.join(folder, 'lib')))
    throw new DeviceFault(`the native library of ${name} is not staged${failure(name)}`, `Type: ${setupCommand()}`);
  const wanted = wantsKernels();
  // Ranks wait for one another in the midst of a step, and have an addon of their own before the binding.
  const captures = wantsCapture() && wanted && !place;
  const count = threads ?? (Number(process.env.TF_NUM_INTRAOP_THREADS) || os.availableParallelism());
  // The library reads these once, when it is loaded.
  for (const variable of ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'OMP_NUM_THREADS'])
    process.env[variable] = String(count);
  // Of ranks, whose loss is reported by Ablate, the library tells too much.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= place ? '3' : '2';
  // On processors without AVX-512-VNNI the library leaves oneDNN off unless asked, though steps are up to twice as fast
  // with it.
  if (process.arch === 'x64') process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  restoreRemovedFunctions();
  const require = createRequire(path.join(folder, 'package.json'));
  const quiet = quietStderr(folder);
  let node: LoadedNative['node'];
  let ranks: RanksAddon | undefined;
  let context: unknown;
  try {
    quiet?.mute();
    if (place) ranks = joinRanks(requireRanksAddon(folder), place, name.endsWith('-gpu'));
    const finder = captures ? contextFinder(folder) : undefined;
    // What the binding beside an installed package in the user's cache takes for TensorFlow.js.
    (globalThis as Record<symbol, unknown>)[Symbol.for('ablate-ml.tfjs')] = createRequire(import.meta.url)(
      '@tensorflow/tfjs',
    );
    ({ node } = require(folder) as Pick<LoadedNative, 'node'>);
    context = finder?.context();
  } catch (error) {
    if (error instanceof DeviceFault) throw error;
    throw new DeviceFault(
      `the native library of ${name} does not load (${(error as Error).message.split('\n')[0]})`,
      `Type: ${setupCommand()}`,
      error,
    );
  } finally {
    quiet?.unmute();
  }
  const apart = ranks?.fault();
  if (apart !== undefined)
    throw new DeviceFault(
      `this process cannot join the others of its run (${apart})`,
      'Leave train.ranks out, or report what the message says',
    );
  const addon = wanted ? kernelsAddon(folder) : undefined;
  loaded = {
    name,
    version: (require('./package.json') as { version: string }).version,
    threads: count,
    kernels: { steps: addon !== undefined, convolutions: addon?.convolutions ?? undefined },
    stepFunctions: addon && context !== undefined ? stepFunctions(addon, context) : undefined,
    ranks,
    node,
  };
  return loaded;
}

function requireSame(native: LoadedNative, threads: number | undefined): LoadedNative {
  if (threads === undefined || threads === native.threads) return native;
  throw new DeviceFault(
    `this process has loaded the native library with ${native.threads} threads and cannot change to ${threads}`,
    `Set TF_NUM_INTRAOP_THREADS=${threads} before the process starts`,
  );
}

/** Reads `ABLATE_KERNELS`: whether Ablate's own kernels may be used. Which of them is theirs to choose by it. */
function wantsKernels(): boolean {
  const { ABLATE_KERNELS: value = '' } = process.env;
  if (value === '' || value === 'avx2') return true;
  if (value === '0') return false;
  throw new AblateError('USAGE', `ABLATE_KERNELS is ${JSON.stringify(value)}, which is neither 0 nor avx2.`, {
    remedy:
      "Set ABLATE_KERNELS=0 for none of Ablate's kernels, ABLATE_KERNELS=avx2 for those of a processor without AVX-512, or unset it.",
  });
}

/** Where set-up puts one of Ablate's own addons, which need not be there. */
function addonFile(folder: string, kind: 'kernels' | 'context' | 'ranks'): string {
  const setup = setupFolder();
  const { addonName } = createRequire(import.meta.url)(path.join(setup, 'addon-name.cjs')) as {
    addonName(sources: string): string;
  };
  return path.join(folder, 'lib', 'napi-v8', addonName(path.join(setup, kind)));
}

/** @throws DeviceFault where set-up has not compiled it */
function requireRanksAddon(folder: string): string {
  const file = addonFile(folder, 'ranks');
  if (existsSync(file)) return file;
  throw new DeviceFault(
    process.platform === 'linux'
      ? 'set-up has not compiled what joins processes into one run (it needs a C++ compiler)'
      : 'a run goes over several processes on Linux alone',
    process.platform === 'linux' ? `Type: ${setupCommand()}` : 'Leave train.ranks out',
  );
}

/** The addon of Ablate's own kernels. */
interface KernelsAddon {
  /** The vectors that its convolutions compute in; null where it has none for this processor. */
  readonly convolutions: ConvolutionVectors | null;
  readonly inferShapes: StepFunctions['inferShapes'];
  defineFunction(context: unknown, ...graph: Parameters<StepFunctions['define']>): void;
  removeFunction(context: unknown, name: string): void;
}

/** Gives the library Ablate's own kernels where set-up has compiled them for it. */
function kernelsAddon(folder: string): KernelsAddon | undefined {
  const file = addonFile(folder, 'kernels');
  return existsSync(file) ? (createRequire(import.meta.url)(file) as KernelsAddon) : undefined;
}

/** Reads `ABLATE_CAPTURE`: whether steps may be one call. */
function wantsCapture(): boolean {
  const { ABLATE_CAPTURE: value = '' } = process.env;
  if (['', '1', 'explain'].includes(value)) return true;
  if (value === '0') return false;
  throw new AblateError('USAGE', `ABLATE_CAPTURE is ${JSON.stringify(value)}, which is neither 0, 1 nor explain.`, {
    remedy: 'Set ABLATE_CAPTURE=0 to have every operation done by itself, or unset it.',
  });
}

/**
 * Loads what sees the context that the binding makes, which must be loaded before it and be known to the whole process.
 */
function contextFinder(folder: string): { context(): unknown } | undefined {
  const file = addonFile(folder, 'context');
  if (!existsSync(file)) return undefined;
  const module = { exports: {} };
  const { RTLD_NOW, RTLD_GLOBAL } = os.constants.dlopen;
  try {
    process.dlopen(module, file, RTLD_NOW | RTLD_GLOBAL);
  } catch {
    // Steps then go operation by operation, as where it was not compiled.
    return undefined;
  }
  return module.exports as { context(): unknown };
}

const stepFunctions = (addon: KernelsAddon, context: unknown): StepFunctions => ({
  inferShapes: addon.inferShapes,
  define: (...graph) => addon.defineFunction(context, ...graph),
  remove: (name) => addon.removeFunction(context, name),
});

/**
 * Silences the notices that the library writes as it is loaded, whatever its log level; `TF_CPP_MIN_LOG_LEVEL=0` lets
 * them through.
 */
function quietStderr(folder: string): { mute(): void; unmute(): void } | undefined {
  const file = path.join(folder, 'lib', 'napi-v8', 'quiet-stderr.node');
  if (process.env.TF_CPP_MIN_LOG_LEVEL === '0' || !existsSync(file)) return undefined;
  return createRequire(import.meta.url)(file) as { mute(): void; unmute(): void };
}

/** Node 23 removed two functions that tfjs-node 4.22 calls. */
function restoreRemovedFunctions(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}

/**
 * Found from the framework, then from the folder one works in, where the package is the user's own dependency, then in
 * the user's cache.
 */
function packageFolder(name: NativePackage): string | undefined {
  const cached = path.join(
    cacheDirectory(),
    'native',
    'packages',
    `${path.basename(name)}-${cachedVersion}`,
    'package.json',
  );
  for (const base of [import.meta.url, path.join(process.cwd(), 'package.json'), cached]) {
    try {
      const folder = path.dirname(createRequire(base).resolve(`${name}/package.json`));
      // Node looks in every folder above, where somebody else may have left one.
      if (belongsToUser(folder)) return folder;
    } catch {}
  }
  return undefined;
}

/** What set-up wrote when it could not stage the library. */
function failure(name: NativePackage): string {
  try {
    const text = readFileSync(path.join(cacheDirectory(), 'native', `${path.basename(name)}.failed.json`), 'utf8');
    return `: ${(JSON.parse(text) as { reason: string }).reason}`;
  } catch {
    return '';
  }
}
