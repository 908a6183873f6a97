import { RandomStreams, tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceCases } from '#test/reference-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('lion', () => {
  referenceCases(plugin as unknown as PluginManifest<'optimizer'>);

  test('one step by hand: the rate in the direction of the sign, after the decay', async () => {
    const optimizer = await plugin.create(plugin.schema.parse({ weightDecay: 0.5 }), { streams: new RandomStreams(1) });
    const variable = tf.variable(tf.tensor1d([4, 4]));
    const parameter = { name: 'w', variable, trainable: true, weightDecay: true };
    optimizer.prepare([parameter]);
    optimizer.apply([{ parameter, gradient: tf.tensor1d([3, 0]) }], 0.1, 0);
    [3.7, 3.8].forEach((value, index) => expect(variable.dataSync()[index]).toBeCloseTo(value, 5));
  });
});
