import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { registerCapture, type Capture } from '../../math/ops/capture.ts';
import { registerOps } from '../../math/ops/ops.ts';
import type { Device, DeviceOptions } from '../../contracts/device.ts';
import type { RankPlace } from '../../contracts/ranks.ts';
import { DeviceFault } from '../../base/errors/device-fault.ts';
import { registerConvolutions } from './convolution-kernels.ts';
import { fusedOps } from './fused-ops.ts';
import { loadedNative, loadNative, type LoadedNative } from './load-native.ts';
import { registerMatrixProduct } from './matrix-product.ts';
import { nativeBackend, type NativeBackend } from './native-backend.ts';
import { nativeRanks } from './native-ranks.ts';
import { NotingBinding } from './noting-binding.ts';
import type { StepFunctions } from './step-function.ts';
import { stageOnFirstUse } from './stage-on-first-use.ts';

/** Starts the native library on the processor. */
export async function startTensorflow(options: DeviceOptions): Promise<Device> {
  await stageOnFirstUse('@tensorflow/tfjs-node');
  const native = loadNative('@tensorflow/tfjs-node', options);
  const device = await start('tensorflow', native, options.place);
  if (device.gpu)
    throw new DeviceFault(
      'this process has loaded the GPU build already',
      'Start a process of its own with --device tensorflow',
    );
  return device;
}

/**
 * Starts the native library on an NVIDIA GPU. The GPU build computes on the processor in silence where the GPU or the
 * CUDA libraries cannot be used, so the library itself is asked whether it uses one.
 */
export async function startTensorflowGpu(options: DeviceOptions): Promise<Device> {
  if (!existsSync('/dev/nvidia0') && !existsSync('/proc/driver/nvidia/version') && !existsSync('/dev/dxg')) {
    throw new DeviceFault(
      'no NVIDIA GPU with its driver was found',
      'Use --device tensorflow, or install the NVIDIA driver',
    );
  }
  if (loadedNative()?.name === '@tensorflow/tfjs-node')
    throw new DeviceFault(
      'this process has loaded the processor build already',
      'Start a process of its own with --device tensorflow-gpu',
    );
  await stageOnFirstUse('@tensorflow/tfjs-node-gpu');
  const native = loadNative('@tensorflow/tfjs-node-gpu', options);
  const device = await start('tensorflow-gpu', native, options.place);
  if (!device.gpu)
    throw new DeviceFault(
      'the library does not use the GPU (its driver is older than CUDA 12, or CUDA_VISIBLE_DEVICES hides it)',
      'Type: nvidia-smi, and look at the driver and at CUDA_VISIBLE_DEVICES',
    );
  return device;
}

async function start(
  name: 'tensorflow' | 'tensorflow-gpu',
  native: LoadedNative,
  place: RankPlace | undefined,
): Promise<Device> {
  await tf.setBackend('tensorflow');
  const backend = nativeBackend();
  const version = backend.binding.TF_Version;
  const gpu = backend.isUsingGpuDevice;
  // On a GPU some operations work on the host's memory, and which they are differs in a function.
  if (native.stepFunctions && !gpu) registerCapture(captures(backend, native.stepFunctions));
  registerOps(fusedOps(backend, native.kernels.steps && !gpu));
  registerMatrixProduct(backend);
  if (native.kernels.convolutions && !gpu) registerConvolutions(backend);
  const threads = `${native.threads} thread${native.threads === 1 ? '' : 's'}`;
  return {
    name,
    description: `TensorFlow ${version} through ${native.name.split('/')[1]} ${native.version}, ${gpu ? 'NVIDIA GPU' : threads}`,
    version,
    threads: native.threads,
    gpu,
    ...(place && native.ranks && { ranks: nativeRanks(backend, native.ranks, place) }),
  };
}

let noting: NotingBinding | undefined;

/** Captures by a binding that stands in the backend's place from now on. */
function captures(backend: NativeBackend, functions: StepFunctions): () => Capture {
  noting ??= new NotingBinding(backend.binding, functions);
  const { binding, capture } = noting;
  backend.binding = binding;
  return capture;
}
