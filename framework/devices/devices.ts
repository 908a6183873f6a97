import { AblateError } from '../base/errors/ablate-error.ts';
import { freeMemory } from '../base/system/free-memory.ts';
import { registerCapture } from '../math/ops/capture.ts';
import { measureDeviceRoom } from '../math/ops/device-room.ts';
import { startCpu } from './cpu.ts';
import { deviceNames, type Device, type DeviceName, type DeviceOptions } from '../contracts/device.ts';
import { DeviceFault } from '../base/errors/device-fault.ts';
import { startTensorflow, startTensorflowGpu } from './native/tensorflow.ts';
import { startWasm } from './wasm/start-wasm.ts';
import { startWebgpu } from './webgpu/start-webgpu.ts';

export { deviceNames } from '../contracts/device.ts';
export type { Device, DeviceName, DeviceOptions } from '../contracts/device.ts';

/**
 * One start a device: it makes TensorFlow.js compute there, puts the device's own operations in place, or throws a
 * DeviceFault.
 */
const starts: Readonly<Record<DeviceName, (options: DeviceOptions) => Promise<Device>>> = {
  'tensorflow-gpu': startTensorflowGpu,
  tensorflow: startTensorflow,
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};

/**
 * Makes a device the one that computes.
 *
 * @param request a name, or `auto` for the first of `deviceNames` that starts
 * @throws AblateError DEVICE_UNAVAILABLE with the reason and the command that mends it, where a named device does not
 * start
 */
export async function useDevice(request: DeviceName | 'auto', options: DeviceOptions = {}): Promise<Device> {
  if (request !== 'auto') {
    try {
      return await start(request, options);
    } catch (error) {
      throw named(request, error);
    }
  }
  const faults: string[] = [];
  for (const name of deviceNames) {
    try {
      return await start(name, { software: false, ...options });
    } catch (error) {
      if (!(error instanceof DeviceFault)) throw error;
      faults.push(`${name}: ${error.message}`);
    }
  }
  throw new AblateError('DEVICE_UNAVAILABLE', `No device works on this machine.\n  ${faults.join('\n  ')}`, {
    remedy: 'Type: ablate doctor',
  });
}

async function start(name: DeviceName, options: DeviceOptions): Promise<Device> {
  if (options.place && !name.startsWith('tensorflow'))
    throw new DeviceFault(
      'it computes within one process, and the run goes over several (train.ranks)',
      'Use --device tensorflow or tensorflow-gpu, or leave train.ranks out',
    );
  registerCapture();
  const device = await starts[name](options);
  measureDeviceRoom(device.gpu ? undefined : freeMemory);
  return device;
}

function named(name: DeviceName, error: unknown): unknown {
  if (!(error instanceof DeviceFault)) return error;
  return new AblateError('DEVICE_UNAVAILABLE', `The device "${name}" does not work here: ${error.message}.`, {
    remedy: error.remedy,
    cause: error,
  });
}
