import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { describe, expect, test } from 'vitest';
import { curricularface } from './curricularface.ts';
import manifest from './index.ts';

// cos m = 0.8, sin m = 0.6; cosθ_y = 0.6, so that cos(θ_y + m) = 0: a negative is hard where its cosine is positive.
const options = { s: 1, m: 0.6435011, momentum: 0.01 };
const row = [0.6, 0.7, -0.2];
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

test('hard negatives become cosθ_j (t + cosθ_j), with t of this batch', () => {
  // t = 0.01 · 0.6 = 0.006: 0.7 · 0.706
  const logits = curricularface({ ...options, s: 10 })
    .logits(lossInput([row], [0]))
    .arraySync();
  expect(logits[0]).toEqual(close([0, 4.942, -2]));
});

test('past π − m the target is guarded, and what is hard is still told by cos(θ + m)', () => {
  // cosθ_y = −0.96, sinθ_y = 0.28: cos(θ + m) = −0.936; the logit is −0.96 − 0.386101. −0.94 is easy, −0.93 hard:
  // −0.93 · (t − 0.93) with t = −0.0096
  const logits = curricularface(options)
    .logits(lossInput([[-0.96, -0.94, -0.93]], [0]))
    .arraySync();
  expect(logits[0]).toEqual(close([-1.346101, -0.94, 0.873828]));
});

describe('t', () => {
  test('starts at 0 and moves in update only', () => {
    const loss = curricularface(options);
    const [t] = loss.parameters;
    loss.forward(lossInput([row], [0]));
    expect(t!.variable.dataSync()[0]).toBe(0);
    tf.tidy(() => loss.update!(lossInput([row], [0])));
    expect(t!.variable.dataSync()[0]).toBeCloseTo(0.006, 7);
    tf.tidy(() => loss.update!(lossInput([row], [0])));
    expect(t!.variable.dataSync()[0]).toBeCloseTo(0.01194, 7);
  });

  test('is constant for the gradient, which goes through both factors', () => {
    const gradient = tf.grad((values) => curricularface(options).forward(lossInput(values as tf.Tensor2D, [0])).value);
    // Softmax of (0, 0.4942, −0.2): 0.289191, 0.474039, 0.236770. Target (0.289191 − 1) / 0.8; hard 0.474039 (0.006 +
    // 1.4)
    expect([...gradient(tf.tensor2d([row])).dataSync()]).toEqual(close([-0.888511, 0.666498, 0.23677]));
  });
});

test('the gradient is finite at angle 0 and π', () => {
  const gradient = tf.grad(
    (values) => curricularface({ ...options, s: 64 }).forward(lossInput(values as tf.Tensor2D, [0, 0, 0])).value,
  );
  expect(
    [
      ...gradient(
        tf.tensor2d([
          [1, 0.5],
          [-1, 1],
          [1.0000001, -1],
        ]),
      ).dataSync(),
    ].every(Number.isFinite),
  ).toBe(true);
});

test('a share outside [0, 1] and a margin of π are refused with the reason', () => {
  expect(() => manifest.schema.parse({ momentum: -0.1 })).toThrow('lies in [0, 1]');
  expect(() => manifest.schema.parse({ m: 4 })).toThrow('must stay below π');
});
