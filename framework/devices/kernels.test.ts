import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOn } from '#test/on-device';
import { useDevice, type DeviceName } from './devices.ts';
import { kernelCases } from './kernel-case-fixtures.ts';

/**
 * Most that a value may be away, as a share of the largest. WebGPU's language asks of sines and cosines 2⁻¹¹ alone, and
 * SwiftShader gives no more than it must.
 */
const allowed = (device: DeviceName, name: string): number =>
  device === 'webgpu' && /\b(sin|cos)$/.test(name) ? 2 ** -11 : 1e-4;

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

async function results(device: DeviceName): Promise<Map<string, Result | Error>> {
  await useDevice(device);
  const found = new Map<string, Result | Error>();
  for (const [name, compute] of Object.entries(kernelCases)) {
    try {
      const tensor = tf.tidy(compute);
      found.set(name, { shape: tensor.shape, dtype: tensor.dtype, values: [...(await tensor.data())] });
      tensor.dispose();
    } catch (error) {
      found.set(name, error as Error);
    }
  }
  return found;
}

for (const device of ['wasm', 'tensorflow', 'webgpu'] as const) {
  await describeOn(device, `kernels and gradients of ${device}`, () => {
    let plain: Map<string, Result | Error>;
    let own: Map<string, Result | Error>;
    beforeAll(async () => {
      plain = await results('cpu');
      own = await results(device);
    });
    afterAll(async () => void (await useDevice('cpu')));

    it.each(Object.keys(kernelCases))('agree with cpu: %s', (name) => {
      const [expected, found] = [plain.get(name)!, own.get(name)!];
      if (expected instanceof Error) throw expected;
      if (found instanceof Error) throw found;
      expect([found.shape, found.dtype]).toEqual([expected.shape, expected.dtype]);
      const scale = Math.max(1e-6, ...expected.values.map(Math.abs).filter(Number.isFinite));
      const apart = (one: number, other: number): number => (Object.is(one, other) ? 0 : Math.abs(one - other) / scale);
      expected.values.forEach((value, index) =>
        expect(apart(found.values[index]!, value)).toBeLessThan(allowed(device, name)),
      );
    });
  });
}
