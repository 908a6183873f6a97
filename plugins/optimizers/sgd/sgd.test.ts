import { RandomStreams, tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { pytorchCases } from '#test/pytorch-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('sgd', () => {
  pytorchCases(plugin as unknown as PluginManifest<'optimizer'>);

  test('nesterov without momentum is refused', () => {
    expect(plugin.schema.safeParse({ nesterov: true }).error?.issues[0]?.message).toBe(
      'nesterov needs a momentum above 0',
    );
  });

  test('without momentum there is no slot to keep', async () => {
    const optimizer = await plugin.create(plugin.schema.parse({}), { streams: new RandomStreams(1) });
    const variable = tf.variable(tf.tidy(() => tf.scalar(1)));
    optimizer.prepare([{ name: 'w', variable, trainable: true, weightDecay: true }]);
    expect(optimizer.slots).toEqual([]);
    variable.dispose();
  });
});
