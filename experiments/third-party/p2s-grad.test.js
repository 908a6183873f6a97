import { tf } from 'ablate-ml';
import { describeConformance, lossInput } from 'ablate-ml/testing';
import { describe, expect, it, test } from 'vitest';
import plugin from './index.js';
import { p2sGrad } from './p2s-grad.js';

describeConformance(plugin, { describe, it });

test('half the squared distance to the target, by hand', () => {
  // Class 0: ½ (0.2² + 0.1²); class 1: ½ (0.5² + 1.5²); their mean.
  const { value } = p2sGrad().forward(
    lossInput(
      [
        [0.8, 0.1],
        [0.5, -0.5],
      ],
      [0, 1],
    ),
  );
  expect(value.dataSync()[0]).toBeCloseTo((0.025 + 1.25) / 2, 6);
});

test("the gradient of each cosine is its distance to the target: the paper's equation, over a batch of two", () => {
  const cosines = tf.variable(
    tf.tensor2d([
      [0.8, 0.1],
      [0.5, -0.5],
    ]),
  );
  const { grads } = tf.variableGrads(() => p2sGrad().forward(lossInput(cosines, [0, 1])).value, [cosines]);
  expect([...grads[cosines.name].dataSync()]).toEqual(
    [-0.2 / 2, 0.1 / 2, 0.5 / 2, -1.5 / 2].map((wanted) => expect.closeTo(wanted, 6)),
  );
});

test('all is learned where the own cosine is 1 and the others 0', () => {
  expect(
    p2sGrad()
      .forward(
        lossInput(
          [
            [1, 0, 0],
            [0, 0, 1],
          ],
          [0, 2],
        ),
      )
      .value.dataSync()[0],
  ).toBe(0);
});
