import { parameterOf, RandomStreams, tf } from 'ablate-ml';
import { describe, expect, it } from 'vitest';
import { cutOff } from '../../../test/integration/conformance/bad/losses.ts';
import { checkPlugin } from '../../author/conformance/check-plugin.ts';
import { useDevice } from '../../devices/devices.ts';
import { differentiate } from './differentiate.ts';
import type { Session } from './session.ts';

describe('a loss that depends on nothing that is trained', () => {
  it('is named by the step, in the words of the checker', async () => {
    await useDevice('cpu');
    const kernel = parameterOf('kernel', tf.ones([4, 2]), 'kernel');
    const loss = await cutOff.create({ s: 2 }, { dim: 2, classes: 2, streams: new RandomStreams(1) });
    const session = {
      backbone: {
        dim: 2,
        parameters: [kernel],
        forward: (images: tf.Tensor4D) => tf.matMul(tf.reshape(images, [-1, 4]), kernel.variable),
      },
      losses: [{ name: 'cut-off', loss, needs: {}, weight: () => 1 }],
      groups: [{ since: 0, parameters: [kernel] }],
      clock: { step: 0 },
      dataset: { imageShape: [2, 2, 1] },
    } as unknown as Session;
    const words = 'The value of the loss "cut-off" depends on nothing that is trained: there is no gradient to follow.';
    const batch = { pixels: new Float32Array(8), labels: Int32Array.of(0, 1), rows: Int32Array.of(0, 1) };
    expect(() => differentiate(session, batch, 1)).toThrow(
      expect.objectContaining({ code: 'PLUGIN_FAILED', problem: words }),
    );
    const { checks } = await checkPlugin(cutOff);
    expect(checks.find(({ passed }) => !passed)!.message).toContain(words);
    kernel.variable.dispose();
  });
});
