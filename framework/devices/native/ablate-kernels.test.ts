import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { traceKernels } from '../../runs/profile/trace-kernels.ts';
import { useDevice } from '../devices.ts';
import { loadedNative } from './load-native.ts';
import { nativeBackend, type OperationAttribute } from './native-backend.ts';

const seeded = (shape: number[], seed: number): tf.Tensor4D =>
  tf.randomNormal(shape as tf.Tensor4D['shape'], 0, 1, 'float32', seed);

beforeAll(async () => void (await useDevice('tensorflow')));

const child = fileURLToPath(new URL('./kernel-results-fixture.ts', import.meta.url));
const loader = fileURLToPath(new URL('../../app/bin/ts.mjs', import.meta.url));

describe("Ablate's own kernels", () => {
  it('are compiled and in use', () => {
    expect(loadedNative()!.kernels.steps).toBe(true);
  });

  /** What each kernel computes in a process of its own. */
  function results(threads: number, environment: NodeJS.ProcessEnv): Record<'own' | 'library', Record<string, string>> {
    const { status, stdout, stderr } = spawnSync(process.execPath, [loader, child, String(threads)], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as Record<'own' | 'library', Record<string, string>>;
  }

  const steps = ['prelu', 'batchNorm', 'maxPool', 'inverseNorms', 'subtractScaledRows', 'momentumSteps'];

  it.each([
    ['those of this processor', {}],
    [
      'those of a processor without AVX-512, where the library leaves oneDNN off',
      { ABLATE_KERNELS: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2', TF_ENABLE_ONEDNN_OPTS: '0' },
    ],
  ])(
    'give the same bits with one, two and five threads, and the library the same with as many: %s',
    (_, environment: NodeJS.ProcessEnv) => {
      const [one, two, five, again] = [1, 2, 5, 2].map((threads) => results(threads, environment));
      const convolutions =
        loadedNative()!.kernels.convolutions && environment.ABLATE_KERNELS !== 'avx2' ? ['convolution', 'narrow'] : [];
      expect(Object.keys(one!.own).sort()).toEqual([...steps, ...convolutions].sort());
      for (const { own } of [two!, five!]) expect(own).toEqual(one!.own);
      expect(again).toEqual(two);
    },
  );

  it('are refused by a name that says nothing', () => {
    const { status, stderr } = spawnSync(process.execPath, [loader, child, '1'], {
      encoding: 'utf8',
      env: { ...process.env, ABLATE_KERNELS: 'avx512' },
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('ABLATE_KERNELS is "avx512", which is neither 0 nor avx2');
  });
});

// [batch, height, width, inputs, outputs, kernel, stride, border]: the first layer, wide and narrow maps, strides, odd
// sides, single images.
const cases = [
  [3, 28, 28, 1, 32, 5, 1, 'same'],
  [9, 14, 14, 32, 64, 5, 1, 'same'],
  [2, 9, 7, 3, 32, 3, 2, 'same'],
  [2, 9, 7, 32, 32, 3, 1, 'valid'],
  [5, 2, 2, 64, 96, 3, 1, 'same'],
  [4, 8, 8, 32, 64, 3, 2, 'valid'],
  [4, 8, 8, 32, 64, 1, 2, 'valid'],
  [1, 30, 31, 32, 32, 3, 1, 'same'],
  [4, 4, 4, 32, 64, 1, 1, 'same'],
  [2, 17, 17, 1, 64, 7, 2, 'valid'],
  [2, 9, 11, 32, 32, 3, 2, 'same'],
  [2, 10, 9, 32, 32, 5, 3, 'same'],
  [2, 10, 9, 32, 32, 4, 2, 'valid'],
  [2, 10, 9, 32, 32, 2, 3, 'valid'],
  [31, 8, 8, 64, 256, 3, 1, 'same'],
  [8, 2, 2, 64, 96, 3, 1, 'same'],
  [9, 5, 6, 32, 64, 3, 2, 'same'],
  [9, 7, 8, 32, 32, 5, 3, 'valid'],
  [12, 1, 1, 32, 32, 3, 1, 'same'],
  [8, 2, 3, 32, 32, 5, 2, 'same'],
  [15, 4, 4, 32, 64, 1, 2, 'valid'],
] as const;

describe('convolutions', () => {
  it.for(cases)(
    'of %i images of %i×%i×%i to %i channels, kernel %i, stride %i, %s, are those of the library',
    ([batch, height, width, inputs, outputs, size, stride, pad], { skip }) => {
      skip(!loadedNative()!.kernels.convolutions, 'this processor has no AVX-512, so the library convolves');
      const { binding } = nativeBackend();
      const attributes: OperationAttribute[] = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: 'strides', type: binding.TF_ATTR_INT, value: [1, stride, stride, 1] },
        { name: 'dilations', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] },
        { name: 'padding', type: binding.TF_ATTR_STRING, value: pad.toUpperCase() },
        { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
        { name: 'use_cudnn_on_gpu', type: binding.TF_ATTR_BOOL, value: true },
      ];
      const library = (name: string, given: tf.Tensor[]): tf.Tensor =>
        nativeBackend().executeSingleOutput(name, attributes, given);
      const names = new Set<string>();
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const [x, weights] = [seeded([batch, height, width, inputs], 1), seeded([size, size, inputs, outputs], 2)];
        const wanted = library('Conv2D', [x, weights]);
        const dy = seeded(wanted.shape, 3);
        const stop = traceKernels((name) => names.add(name));
        const found = [
          tf.conv2d(x, weights, stride, pad),
          ...tf.grads((...[image, kernel]) =>
            tf.sum(tf.mul(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad), dy)),
          )([x, weights]),
        ];
        stop();
        const all = [
          wanted,
          library('Conv2DBackpropInput', [tf.tensor1d(x.shape, 'int32'), weights, dy]),
          library('Conv2DBackpropFilter', [x, tf.tensor1d(weights.shape, 'int32'), dy]),
        ];
        found.forEach((own, index) => {
          expect(own.shape).toEqual(all[index]!.shape);
          expect(own.sub(all[index]!).abs().max().dataSync()[0]! / all[index]!.abs().max().dataSync()[0]!).toBeLessThan(
            5e-6,
          );
        });
      });
      expect(tf.memory().numTensors).toBe(before);
      expect(names).toContain('AblateConv2D');
      expect(names).toContain('AblateConv2DWeightGrad');
      expect(names.has('AblateConv2DInputGrad')).toBe(inputs % 32 === 0);
    },
  );
});
