import * as tf from '@tensorflow/tfjs';
import { registerOps } from '../../math/ops/ops.ts';
import type { Device, DeviceOptions } from '../../contracts/device.ts';
import { DeviceFault } from '../../base/errors/device-fault.ts';
import type { Adapter, Gpu } from './node-gpu.ts';
import { registerKernels } from './register-kernels.ts';
import { stopAtErrors } from './stop-at-errors.ts';

const driver =
  'Install a Vulkan driver of your GPU (Debian: apt-get install mesa-vulkan-drivers libvulkan1; NVIDIA: its own driver) and look with vulkaninfo, or use --device tensorflow or wasm';
const inNode = 'process' in globalThis;
const remedy = inNode
  ? driver
  : 'Look at what the browser says of WebGPU (chrome://gpu, about:support), or use another backend of TensorFlow.js';

/**
 * Starts any GPU through WebGPU: in a browser its own, in Node through Dawn. TensorFlow.js stays on another backend in
 * silence where there is no GPU, so the adapter is asked for first and the backend in use is looked at last.
 */
export async function startWebgpu({ software = true }: DeviceOptions): Promise<Device> {
  const gpu =
    (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu ??
    (inNode ? await (await import('./node-gpu.ts')).nodeGpu() : undefined);
  if (!gpu)
    throw new DeviceFault(
      'this browser has no WebGPU, or the page was not opened in a secure way',
      'Serve the page over https, or from localhost, to a browser with WebGPU',
    );
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new DeviceFault('WebGPU finds no GPU with a Vulkan, Metal or Direct3D 12 driver', remedy);
  if (!software && imitated(adapter))
    throw new DeviceFault(`WebGPU finds only ${nameOf(adapter)}, a GPU imitated on the processor`, remedy);
  await import('@tensorflow/tfjs-backend-webgpu').catch((error: Error) => {
    throw new DeviceFault(
      'the npm package @tensorflow/tfjs-backend-webgpu is not installed',
      'Type: npm install --ignore-scripts @tensorflow/tfjs-backend-webgpu',
      error,
    );
  });
  // Else what is small would be computed on the processor, or not, by where its last values were read: other bits after
  // a resume.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const started = await tf.setBackend('webgpu');
  if (!started || tf.getBackend() !== 'webgpu')
    throw new DeviceFault(`TensorFlow.js could not start WebGPU on ${nameOf(adapter)}`, remedy);
  stopAtErrors();
  registerKernels();
  registerOps({});
  return {
    name: 'webgpu',
    description: `WebGPU on ${nameOf(adapter)}, TensorFlow.js ${tf.version.tfjs}`,
    version: tf.version.tfjs,
    threads: 1,
    gpu: !imitated(adapter),
  };
}

/** A browser tells less than Node: often the vendor and the architecture alone. */
function nameOf({ info }: Adapter): string {
  const name = info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'a GPU without a name';
  return info.description ? `${name} (${info.description})` : name;
}

/**
 * Software devices name themselves: SwiftShader and Mesa's lavapipe (llvmpipe) on Linux, WARP (Microsoft Basic Render
 * Driver) on Windows.
 */
function imitated({ info }: Adapter): boolean {
  return (
    info.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|basic render/i.test(
      `${info.vendor} ${info.architecture} ${info.device} ${info.description}`,
    )
  );
}
