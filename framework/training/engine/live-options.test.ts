import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { liveOptions } from './live-options.ts';

describe('scheduled options', () => {
  const clock = new Clock(100, 10);
  const at = (step: number, options: Record<string, unknown>): unknown => {
    clock.step = step;
    return liveOptions(options, clock)['lambda'];
  };

  it.each([
    [
      { linear: { from: 0, to: 0.01, epochs: 5 } },
      [
        [0, 0],
        [25, 0.005],
        [50, 0.01],
        [99, 0.01],
      ],
    ],
    [
      { linear: { from: 4, to: 2, steps: 4 } },
      [
        [0, 4],
        [1, 3.5],
        [4, 2],
        [5, 2],
      ],
    ],
    [
      { cosine: { from: 1, to: 0, steps: 4 } },
      [
        [0, 1],
        [2, 0.5],
        [4, 0],
      ],
    ],
    [
      { exponential: { from: 1, to: 0.01, steps: 2 } },
      [
        [0, 1],
        [1, 0.1],
        [2, 0.01],
      ],
    ],
  ])('%j', (lambda, points) => {
    for (const [step, value] of points) expect(at(step!, { lambda })).toBeCloseTo(value!, 12);
  });

  it('read anew each time, beside options that stay', () => {
    const options = liveOptions(
      { lambda: { linear: { from: 0, to: 1, steps: 2 } }, alpha: 0.5, loss: { triplet: { margin: 1 } } },
      clock,
    );
    clock.step = 0;
    expect(options['lambda']).toBe(0);
    clock.step = 1;
    expect(options['lambda']).toBe(0.5);
    expect(options).toMatchObject({ alpha: 0.5, loss: { triplet: { margin: 1 } } });
  });
});
