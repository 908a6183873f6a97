import { createRequire } from 'node:module';
import { loadedNative } from '../../devices/native/load-native.ts';

const require = createRequire(import.meta.url);
/** Packages whose versions may decide a run's bits. */
const tracked = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-backend-wasm',
  'webgpu',
  'sharp',
  'pure-rand',
];

function read<T>(path: string): T | undefined {
  try {
    return require(path) as T;
  } catch {
    return undefined;
  }
}

/** Lists the installed versions of the packages that take part in a run's numbers, by name. */
export function packageVersions(): Record<string, string> {
  return Object.fromEntries(
    tracked.flatMap((name) => {
      const found = read<{ version: string }>(`${name}/package.json`);
      return found ? [[name, found.version]] : [];
    }),
  );
}

/**
 * Lists the versions of the native libraries beside the device's own: Node's engine, what decodes images, and which of
 * Ablate's own kernels are in use, and in which vectors.
 */
export function nativeVersions(): Record<string, string> {
  const libvips = read<Record<string, string>>(`@img/sharp-libvips-${process.platform}-${process.arch}/versions`);
  const decoders = Object.entries(libvips ?? {}).filter(([name]) =>
    ['vips', 'mozjpeg', 'png', 'webp', 'tiff', 'heif', 'zlib-ng'].includes(name),
  );
  const { kernels } = loadedNative() ?? {};
  const inUse = kernels && {
    'ablate kernels': !kernels.steps
      ? 'none'
      : kernels.convolutions
        ? `all, convolutions in ${kernels.convolutions}`
        : 'all but convolutions',
  };
  return { v8: process.versions.v8, ...Object.fromEntries(decoders), ...inUse };
}
