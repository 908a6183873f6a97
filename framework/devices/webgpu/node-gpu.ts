import { DeviceFault } from '../../base/errors/device-fault.ts';

/** What of the browser's `navigator.gpu` the device asks for by itself. */
export interface Gpu {
  requestAdapter(options?: { powerPreference?: 'high-performance' }): Promise<Adapter | null>;
}

/** A GPU, or its imitation on the processor. */
export interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/**
 * Gives Node what a browser has: `navigator.gpu` and the names that go with it, from Dawn, Chromium's own WebGPU, which
 * npm's package `webgpu` carries for Linux, macOS and Windows. Dawn reaches the GPU through Vulkan, Metal or Direct3D
 * 12.
 *
 * @throws DeviceFault where the package is not there or has no build for this platform
 */
export async function nodeGpu(): Promise<Gpu> {
  const dawn = await import('webgpu').catch((error: Error & { code?: string }) => {
    const missing = error.code === 'ERR_MODULE_NOT_FOUND';
    const reason = missing
      ? 'the npm package webgpu is not installed'
      : `the npm package webgpu does not load (${error.message.split('\n')[0]})`;
    throw new DeviceFault(reason, 'Type: npm install --ignore-scripts webgpu @tensorflow/tfjs-backend-webgpu', error);
  });
  // Since Node 21 there is a navigator, without a GPU; its other members stay.
  const navigator = (globalThis.navigator ?? {}) as { gpu?: Gpu };
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(navigator, 'gpu', { value: dawn.create([]), configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return navigator.gpu!;
}
