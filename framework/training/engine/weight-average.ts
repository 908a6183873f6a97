import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { AverageUse } from '../../experiment/spec/spec.ts';
import type { Progress } from '../../contracts/schedule.ts';

/** What the averages are called in a checkpoint: `average/backbone/…`. */
export const averagePrefix = 'average/';

/** How many weights an average is made of, in a checkpoint. */
export const averageCount = `${averagePrefix}count`;

/** Averages of the weights and running statistics of backbone and head, beside those that are trained. */
export interface WeightAverage {
  /** `train.average`, in words: `ema 0.999`. */
  readonly words: string;
  /** The averages, and how many weights they are made of: what a checkpoint keeps beside the rest. */
  readonly parameters: readonly Parameter[];
  /** Takes in the weights as they are after so many steps, where that is due. */
  update(steps: number): void;
  /** Tells whether anything has been averaged after so many steps. */
  isReady(steps: number): boolean;
  /** Puts the averages in place of the weights, for good. */
  takeOver(): void;
  /** Runs `body` with the averages in place of the weights. */
  during<T>(body: () => Promise<T>): Promise<T>;
  /** Runs `body` with the averages in place of the weights; running statistics that it changes are not kept. */
  atOnce<T>(body: () => T): T;
}

/**
 * Averages weights: exponentially, after every step (Polyak and Juditsky, 1992; statistics and all, as timm's
 * `ModelEmaV2`), or equally, at the ends of epochs from a late one on (SWA: Izmailov et al., UAI 2018, algorithm 1;
 * running statistics are averaged too, as by PyTorch's `AveragedModel` with `use_buffers`, and not computed anew).
 *
 * @param averaged parameters of backbone and head, under their qualified names
 * @throws AblateError SPEC_INVALID where a head keeps its weights in a table, of which a step sees some rows alone
 */
export function weightAverage(averaged: readonly Parameter[], use: AverageUse, stepsPerEpoch: number): WeightAverage {
  const sampled = averaged.find(({ rows }) => rows);
  if (sampled)
    throw new AblateError(
      'SPEC_INVALID',
      `train.average: ${sampled.name} is a table of which a step sees some rows alone.`,
      { remedy: 'Leave train.average out, or take a head of all classes: cosine or linear.' },
    );
  const copies = averaged.map(({ variable }) => tf.tidy(() => tf.variable(variable, false)));
  const count = tf.tidy(() => tf.variable(tf.scalar(0, 'int32'), false));
  /** How many weights there are in the average after so many steps. */
  const countAt = (steps: number): number => {
    if ('ema' in use) return steps;
    const { start, every } = use.swa;
    const epochs = Math.floor(steps / stepsPerEpoch);
    return epochs < start ? 0 : 1 + Math.floor((epochs - start) / every);
  };
  const assign = (values: readonly tf.Tensor[]): void => {
    for (const [index, { variable }] of averaged.entries()) variable.assign(values[index]!);
  };
  /** Puts the averages in place of the weights, until the function that it returns is called. */
  const exchange = (): (() => void) => {
    const kept = averaged.map(({ variable }) => tf.clone(variable));
    assign(copies);
    return () => {
      assign(kept);
      tf.dispose(kept);
    };
  };
  return {
    words: 'ema' in use ? `ema ${use.ema}` : `swa from epoch ${use.swa.start} on`,
    parameters: [
      ...averaged.map(({ name }, index) => state(`${averagePrefix}${name}`, copies[index]!)),
      state(averageCount, count),
    ],
    update(steps) {
      const taken = countAt(steps);
      if (taken === countAt(steps - 1)) return;
      // Of what is moved: everything at first, as there is nothing yet that it is averaged with.
      const share = 'ema' in use ? 1 - use.ema : 1 / taken;
      tf.tidy(() => {
        const factor = tf.scalar(share);
        for (const [index, { variable }] of averaged.entries()) {
          const copy = copies[index]!;
          copy.assign(
            share === 1 || variable.dtype !== 'float32'
              ? variable.clone()
              : tf.add(copy, tf.mul(tf.sub(variable, copy), factor)),
          );
        }
        count.assign(tf.scalar(taken, 'int32'));
      });
    },
    isReady: (steps) => countAt(steps) > 0,
    takeOver: () => assign(copies),
    async during(body) {
      const putBack = exchange();
      try {
        return await body();
      } finally {
        putBack();
      }
    },
    atOnce(body) {
      const putBack = exchange();
      try {
        return body();
      } finally {
        putBack();
      }
    },
  };
}

const state = (name: string, variable: tf.Variable): Parameter => ({
  name,
  variable,
  trainable: false,
  weightDecay: false,
});

/** What of a session tells which weights count. */
interface Averaging {
  readonly average?: WeightAverage | undefined;
  readonly clock: Pick<Progress, 'step' | 'epoch'>;
}

/** Runs `body` with the weights that count: the averages, where there are any yet. */
export const withCountingWeights = <T>({ average, clock }: Averaging, body: () => Promise<T>): Promise<T> =>
  average?.isReady(clock.step) ? average.during(body) : body();

/**
 * Puts the averages in place of the weights where the spec asks for them.
 *
 * @returns which weights are used now, in words; undefined where the spec asks for no average
 */
export function takeAverage({ average, clock }: Averaging): string | undefined {
  if (!average) return undefined;
  const epoch = Math.ceil(clock.epoch);
  if (!average.isReady(clock.step))
    return `The weights of epoch ${epoch} are used as they are: the average (${average.words}) has not begun.`;
  average.takeOver();
  return `The average of the weights is used (${average.words}), as of epoch ${epoch}.`;
}
