import { tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { pytorchCases } from '#test/pytorch-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('adam', () => {
  pytorchCases(plugin as unknown as PluginManifest<'optimizer'>);

  test.each([{ beta1: 1 }, { beta2: -0.1 }, { epsilon: 0 }, { weightDecay: -1 }])('refuses %o', (options) => {
    expect(plugin.schema.safeParse(options).success).toBe(false);
  });
});
