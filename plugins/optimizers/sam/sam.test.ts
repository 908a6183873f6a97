import { RandomStreams, tf, type Optimizer, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceCases } from '#test/reference-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('sam', () => {
  referenceCases(plugin as unknown as PluginManifest<'optimizer'>);

  test('the way uphill by hand, and back to the same bits', async () => {
    const component = async (): Promise<Optimizer> => ({ prepare: () => undefined, slots: [], apply: () => undefined });
    const optimizer = await plugin.create(plugin.schema.parse({ radius: 1 }), {
      streams: new RandomStreams(1),
      component,
    });
    const variable = tf.variable(tf.tensor1d([0.1, 0.7]));
    const parameter = { name: 'w', variable, trainable: true, weightDecay: true };
    optimizer.prepare([parameter]);
    const before = variable.dataSync().slice();
    optimizer.perturb!([{ parameter, gradient: tf.tensor1d([3, 4]) }]);
    expect([...variable.dataSync()].map((value) => value.toFixed(4))).toEqual(['0.7000', '1.5000']);
    optimizer.apply([{ parameter, gradient: tf.tensor1d([3, 4]) }], 0.1, 0);
    expect(variable.dataSync()).toEqual(before);
  });
});
