import { RandomStreams, tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { pytorchCases } from '#test/pytorch-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('adamw', () => {
  pytorchCases(plugin as unknown as PluginManifest<'optimizer'>);

  test('one step by hand: decay is apart from the moments', async () => {
    const optimizer = await plugin.create(plugin.schema.parse({ weightDecay: 0.5, epsilon: 1e-12 }), {
      streams: new RandomStreams(1),
    });
    const variable = tf.variable(tf.tensor1d([4, 4]));
    const parameter = { name: 'w', variable, trainable: true, weightDecay: true };
    optimizer.prepare([parameter]);
    optimizer.apply([{ parameter, gradient: tf.tensor1d([3, -0.01]) }], 0.1, 0);
    // 4 − 0.1 · 0.5 · 4 = 3.8, then a first step of Adam is rate · sign(g).
    expect(variable.dataSync()[0]).toBeCloseTo(3.7, 5);
    expect(variable.dataSync()[1]).toBeCloseTo(3.9, 5);
  });
});
