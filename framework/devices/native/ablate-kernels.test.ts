import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../devices.ts';
import {
  compareWithLibrary,
  convolutionCases,
  type Comparison,
  type ConvolutionCase,
} from './convolution-cases-fixture.ts';
import type { ConvolutionResults } from './convolution-results-fixture.ts';
import { loadedNative } from './load-native.ts';

beforeAll(async () => void (await useDevice('tensorflow')));

const child = fileURLToPath(new URL('./kernel-results-fixture.ts', import.meta.url));
const comparisons = fileURLToPath(new URL('./convolution-results-fixture.ts', import.meta.url));
const libraryPages = fileURLToPath(new URL('./library-pages-fixture.ts', import.meta.url));
const loader = fileURLToPath(new URL('../../app/bin/ts.mjs', import.meta.url));
const withoutAvx512 = { ABLATE_KERNELS: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2' };
const noOthers = 'this processor has no AVX-512, so it has no other vectors than those tested above';

/** What a script prints as JSON in a process of its own. */
function answerOf<T>(script: string, args: readonly string[], environment: NodeJS.ProcessEnv): T {
  const { status, stdout, stderr } = spawnSync(process.execPath, [loader, script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

describe("Ablate's own kernels", () => {
  it('are compiled and in use', () => {
    expect(loadedNative()!.kernels.steps).toBe(true);
  });

  /** What each kernel computes in a process of its own. */
  const results = (
    threads: number,
    environment: NodeJS.ProcessEnv,
  ): Record<'own' | 'library', Record<string, string>> => answerOf(child, [String(threads)], environment);

  const steps = ['prelu', 'batchNorm', 'maxPool', 'inverseNorms', 'subtractScaledRows', 'momentumSteps'];

  it.each([
    ['those of this processor', {}],
    [
      'those of a processor without AVX-512, where the library leaves oneDNN off',
      { ...withoutAvx512, TF_ENABLE_ONEDNN_OPTS: '0' },
    ],
  ])(
    'give the same bits with one, two and five threads, and the library the same with as many: %s',
    (_, environment: NodeJS.ProcessEnv) => {
      const [one, two, five, again] = [1, 2, 5, 2].map((threads) => results(threads, environment));
      const convolutions = loadedNative()!.kernels.convolutions ? ['convolution', 'narrow'] : [];
      expect(Object.keys(one!.own).sort()).toEqual([...steps, ...convolutions].sort());
      for (const { own } of [two!, five!]) expect(own).toEqual(one!.own);
      expect(again).toEqual(two);
    },
  );

  it('give the same bits in all vectors', ({ skip }) => {
    skip(loadedNative()!.kernels.convolutions !== 'avx512', noOthers);
    expect(results(1, withoutAvx512).own).toEqual(results(1, {}).own);
  });

  it('come with the pages given back that only loading the library needs', ({ skip }) => {
    skip(process.platform !== 'linux', 'the system does not list them');
    const [kept, released] = [{ ABLATE_KERNELS: '0' }, {}].map((environment) =>
      answerOf<number>(libraryPages, [], environment),
    ) as [number, number];
    expect(released).toBeLessThan(kept / 2);
  });

  it.each([
    ['ABLATE_KERNELS', 'avx512', 'which is neither 0 nor avx2'],
    ['ABLATE_CAPTURE', 'off', 'which is neither 0, 1 nor explain'],
  ])('are refused where %s is %s', (variable, value, fault) => {
    const { status, stderr } = spawnSync(process.execPath, [loader, child, '1'], {
      encoding: 'utf8',
      env: { ...process.env, [variable]: value },
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${variable} is "${value}", ${fault}`);
  });
});

describe('convolutions', () => {
  it.for(convolutionCases)(
    'of %i images of %i×%i×%i to %i channels, kernel %i, stride %i, %s, are those of the library',
    (convolution, { skip }) => {
      skip(
        !loadedNative()!.kernels.convolutions,
        'there are no convolutions for this processor, so the library convolves',
      );
      expectLibrarys(compareWithLibrary(convolution), convolution);
    },
  );

  it('are those of the library in the vectors of AVX2', ({ skip }) => {
    skip(loadedNative()!.kernels.convolutions !== 'avx512', noOthers);
    const { vectors, results } = answerOf<ConvolutionResults>(comparisons, [], withoutAvx512);
    expect(vectors).toBe('avx2');
    expect(results).toHaveLength(convolutionCases.length);
    results.forEach((result, index) => expectLibrarys(result, convolutionCases[index]!));
  });

  function expectLibrarys({ apart, names, leaked }: Comparison, [, , , inputs]: ConvolutionCase): void {
    expect(Math.max(...Object.values(apart))).toBeLessThan(5e-6);
    expect(leaked).toBe(0);
    expect(names).toContain('AblateConv2D');
    expect(names).toContain('AblateConv2DWeightGrad');
    expect(names.includes('AblateConv2DInputGrad')).toBe(inputs % 32 === 0);
  }
});
