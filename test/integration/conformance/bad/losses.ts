import {
  customGradient,
  differentiated,
  definePlugin,
  ops,
  parameterOf,
  tf,
  withoutGradient,
  z,
  type Loss,
  type LossInput,
} from 'ablate-ml';

const softmaxOf = ({ scores }: LossInput, factor = 1): tf.Scalar =>
  tf.mul(factor, tf.mean(ops.crossEntropy(scores!.values, scores!.target)));

const bad = (
  name: string,
  create: (options: { readonly s: number }) => Loss,
  invariances: () => readonly ('embedding-scale' | 'batch-permutation')[] = () => [],
) =>
  definePlugin({
    kind: 'loss',
    name,
    summary: 'a planted fault',
    framework: '^0.1.0',
    schema: z.strictObject({ s: z.number().positive().default(2).describe('factor of the loss') }),
    needs: () => ({ scores: 'linear' }),
    invariances,
    create,
  });

/** A custom gradient that forgets the factor 2 of a square. */
export const wrongGradient = bad('wrong-gradient', () => ({
  parameters: [],
  forward: ({ embedding }) => ({
    value: customGradient([embedding], (x) =>
      differentiated({
        value: tf.mean(tf.square(x)) as tf.Scalar,
        saved: [x],
        gradient: (dy, [kept]) => tf.mul(dy, tf.div(kept, kept.size)),
      }),
    ),
  }),
}));

/** Norms whose gradient is 0/0 where two rows are equal. */
export const infiniteAtEqualRows = bad('infinite-at-equal-rows', () => ({
  parameters: [],
  forward: ({ embedding }) => ({
    value: tf.mean(tf.sqrt(tf.sum(tf.square(tf.sub(tf.slice(embedding, 0, 1), embedding)), 1))) as tf.Scalar,
  }),
}));

/** One tensor kept in every forward pass. */
export const leaking = bad('leaking', () => ({
  parameters: [],
  forward: (input) => {
    tf.keep(tf.scalar(1));
    return { value: softmaxOf(input) };
  },
}));

/** Options taken apart when the loss is made. */
export const copiedOptions = bad('copied-options', ({ s }) => ({
  parameters: [],
  forward: (input) => ({ value: softmaxOf(input, s) }),
}));

/** A running mean that is written in the forward pass. */
export const changingForward = bad('changing-forward', () => {
  const mean = parameterOf('mean', tf.scalar(0), 'state');
  return {
    parameters: [mean],
    forward: (input) => {
      mean.variable.assign(tf.mean(input.embedding) as tf.Scalar);
      return { value: softmaxOf(input) };
    },
  };
});

/** A counter of updates that is no parameter. */
export const hiddenCounter = bad('hidden-counter', () => {
  let updates = 0;
  return {
    parameters: [],
    forward: (input) => ({ value: softmaxOf(input, 1 / (1 + updates)) }),
    update: () => {
      updates++;
    },
  };
});

/** An invariance that does not hold. */
export const falseInvariance = bad(
  'false-invariance',
  () => ({ parameters: [], forward: (input) => ({ value: softmaxOf(input) }) }),
  () => ['embedding-scale'],
);

/** A value cut off from everything that is trained. */
export const cutOff = bad('cut-off', () => ({
  parameters: [],
  forward: ({ embedding }) => ({ value: tf.scalar(embedding.shape[0]) }),
}));

/** An embedding that is held constant, so that only a factor learns. */
export const heldEmbedding = bad('held-embedding', () => {
  const factor = parameterOf('factor', tf.scalar(1), 'offset');
  return {
    parameters: [factor],
    forward: ({ embedding }) => ({
      value: tf.mul(
        factor.variable,
        withoutGradient(() => tf.mean(tf.square(embedding))),
      ) as tf.Scalar,
    }),
  };
});

/** A value for each row instead of one. */
export const wrongShape = bad('wrong-shape', () => ({
  parameters: [],
  forward: ({ embedding }) => ({ value: tf.sum(tf.square(embedding), 1) as tf.Scalar }),
}));
