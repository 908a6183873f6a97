import { tf, z, type ClassContext, type Head, type Parameter, type Scores } from 'ablate-ml';
import { ClassSampler, cosineScores, createClassTable, linearScores, SampledRows } from 'ablate-ml/losses';
import { bestClasses } from './best-classes.ts';

export const options = z.strictObject({
  scores: z
    .enum(['cosine', 'linear'])
    .default('cosine')
    .describe('`cosine` for margin losses; `linear`: inner products plus a bias'),
  rate: z
    .number()
    .gt(0, 'rate is the share of the classes that a step plays and lies in (0, 1]')
    .max(1, 'rate is the share of the classes that a step plays and lies in (0, 1]')
    .default(0.1)
    .describe('share of the classes that a step plays'),
  columns: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('how many classes a step plays, instead of a share'),
  unsampled: z
    .enum(['frozen', 'decayed'])
    .default('frozen')
    .describe(
      'rows that a step leaves out stay as they are, or go on with weight decay and momentum as under a gradient of 0',
    ),
  storage: z
    .enum(['device', 'host', 'file'])
    .default('device')
    .describe(
      "where the weights and the optimizer's slots for them lie: on the device, in the machine's memory, in a file of the cache folder",
    ),
  bias: z.boolean().default(true).describe('whether each class has a bias; `scores: linear` only'),
});

/** Options of the sampled head. */
export type SampledOptions = z.output<typeof options>;

/**
 * Makes a head of class weights in a table, of which each step plays the batch's own and a uniform sample of the others
 * (An et al., CVPR 2022).
 */
export function sampled(options: SampledOptions, { classes, dim, streams, batch, warn }: ClassContext): Head {
  const { scores: kind, storage, unsampled } = options;
  const asked = Math.max(1, Math.min(options.columns ?? Math.round(options.rate * classes), classes));
  const columns = Math.max(asked, Math.min(batch ?? 1, classes));
  if (columns > asked)
    warn?.(
      `The head plays ${asked} of ${classes} classes a step, fewer than a batch of ${batch} can hold; it plays ${columns}, since it must keep the batch's own.`,
    );
  const random = streams.stream('classWeights');
  const limit = Math.sqrt(6 / (dim + classes));
  const weights = new SampledRows(
    createClassTable(storage, classes, dim, () => random.between(-limit, limit)),
    unsampled,
  );
  const bias =
    kind === 'linear' && options.bias
      ? new SampledRows(createClassTable(storage, classes, 1), unsampled, true)
      : undefined;
  const sampler = new ClassSampler(classes);

  /** Scores of the classes given, in their order. */
  const scoresOf = (embedding: tf.Tensor2D, rows: tf.Tensor2D, target: tf.Tensor1D, offset?: tf.Tensor1D): Scores =>
    kind === 'cosine' ? cosineScores(embedding, rows, target) : linearScores(embedding, rows, target, offset);
  const bring = (played: Int32Array, step: number): void => {
    for (const rows of [weights, bias]) rows?.bring(played, step);
  };
  const draw = (labels: Int32Array, step: number): void =>
    bring(sampler.draw(labels, columns, streams.stream('classes', step)), step);
  let begun = -1;
  const play = (embedding: tf.Tensor2D, labels: Int32Array): Scores => {
    const place = new Map<number, number>(Array.from(labels, (label) => [label, -1]));
    for (const [column, label] of weights.classes.entries()) if (place.has(label)) place.set(label, column);
    const target = tf.tensor1d(
      labels.map((label) => place.get(label)!),
      'int32',
    );
    return scoresOf(
      embedding,
      weights.variable as tf.Tensor as tf.Tensor2D,
      target,
      bias?.variable as tf.Tensor as tf.Tensor1D | undefined,
    );
  };
  const every = bestClasses({
    classes,
    read: (begin, end, score) =>
      tf.tidy(() => {
        const range = tf.range(begin, end, 1, 'int32');
        return score(weights.table.gather(range), bias && tf.reshape(bias.table.gather(range), [end - begin]));
      }),
    scores: (embedding, rows, offset) =>
      scoresOf(embedding, rows, tf.zeros([embedding.shape[0]], 'int32'), offset).values,
  });

  return {
    kind,
    parameters: bias
      ? [parameter('classWeights', weights, true), parameter('bias', bias, false)]
      : [parameter('classWeights', weights, true)],
    begin(labels, step) {
      draw(labels, step);
      begun = step;
    },
    forward(embedding, labels, { step }) {
      const own = labels.dataSync<'int32'>();
      if (begun !== step) draw(own, step);
      return play(embedding, own);
    },
    forwardOver(embedding, labels, sampledClasses, { step }) {
      bring(sampledClasses, step);
      return play(embedding, labels.dataSync<'int32'>());
    },
    ...every,
  };
}

function parameter(name: string, rows: SampledRows, weightDecay: boolean): Parameter {
  return { name, variable: rows.variable, trainable: true, weightDecay, rows };
}
