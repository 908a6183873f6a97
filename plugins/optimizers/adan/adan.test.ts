import { RandomStreams, tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceCases } from '#test/reference-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('adan', () => {
  referenceCases(plugin as unknown as PluginManifest<'optimizer'>);

  test('the first step by hand: no change yet, and the division after it', async () => {
    const optimizer = await plugin.create(plugin.schema.parse({ weightDecay: 1, epsilon: 1e-12 }), {
      streams: new RandomStreams(1),
    });
    const variable = tf.variable(tf.tensor1d([4, 4]));
    const parameter = { name: 'w', variable, trainable: true, weightDecay: true };
    optimizer.prepare([parameter]);
    optimizer.apply([{ parameter, gradient: tf.tensor1d([3, -1]) }], 0.1, 0);
    [3.9 / 1.1, 4.1 / 1.1].forEach((value, index) => expect(variable.dataSync()[index]).toBeCloseTo(value, 5));
  });
});
