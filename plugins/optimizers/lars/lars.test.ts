import { RandomStreams, tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceCases } from '#test/reference-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('lars', () => {
  referenceCases(plugin as unknown as PluginManifest<'optimizer'>);

  test("one step by hand: the gradient brought to a tenth of the weights' length", async () => {
    const optimizer = await plugin.create(plugin.schema.parse({ trust: 0.1, alwaysAdapt: true, epsilon: 0 }), {
      streams: new RandomStreams(1),
    });
    const variable = tf.variable(tf.tensor1d([3, 4]));
    const parameter = { name: 'w', variable, trainable: true, weightDecay: true };
    optimizer.prepare([parameter]);
    optimizer.apply([{ parameter, gradient: tf.tensor1d([0, 2]) }], 0.1, 0);
    [3, 3.95].forEach((value, index) => expect(variable.dataSync()[index]).toBeCloseTo(value, 5));
  });
});
