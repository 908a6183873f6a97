import os from 'node:os';
import { z } from 'zod';
import { deviceNames } from '../../contracts/device.ts';
import { normalization } from '../../math/layers/normalization.ts';
import { lossBatchCount, microBatchCount } from './micro-batch-count.ts';
import { classWeighting } from '../../math/logits/class-weights.ts';

const count = (meaning: string) => z.int().min(1).describe(meaning);

/** `train:` */
const trainFields = z.strictObject({
  epochs: count('Passes over the training split.').default(10),
  batch: count('Images a batch.').default(128),
  accumulate: z
    .union([
      z.int().min(1),
      z.literal('auto'),
      z.strictObject({
        parts: count('Parts of a batch that are computed one after the other.'),
        exact: z
          .boolean()
          .default(true)
          .describe('The losses see the whole batch, for a second forward pass; else each part by itself.'),
      }),
    ])
    .default(1)
    .describe(
      'Parts of a batch that are computed one after the other, to save memory; their gradients are added up before the step. `auto`: the fewest that fit into memory. `{parts: 16, exact: true}`: the gradient of the whole batch.',
    ),
  ranks: z
    .int()
    .min(2)
    .max(64)
    .optional()
    .describe(
      'Processes that compute a part of each batch; the losses see the whole batch all the same. Left out for one.',
    ),
  syncBatchNorm: z
    .boolean()
    .optional()
    .describe(
      'Whether batch normalization takes the statistics of the whole batch over all ranks, as one process does; each rank takes those of its own part if left out.',
    ),
  steps: count('Most steps of the whole run; null for no limit but `epochs`.').nullable().default(null),
  checkpointEvery: count('Checkpoint every so many epochs, and always at the end.').default(1),
  keep: count('How many of the newest checkpoints stay.').default(3),
  keepBest: z
    .strictObject({
      metric: z.string().startsWith('validation/').meta({
        description: 'Metric of the validation split, e.g. `validation/accuracy`.',
        allowed: 'validation/ and the name of a metric, e.g. validation/accuracy',
      }),
      mode: z
        .enum(['max', 'min'])
        .optional()
        .describe('Whether more of it is better, or less; by default what its evaluator says.'),
    })
    .nullable()
    .default(null)
    .describe(
      'Keep the checkpoint of the best validation too, and write one after every validation; null for the newest alone.',
    ),
  patience: count(
    'Validations in a row that may be no better by `keepBest` before training ends; left out for no early end.',
  ).optional(),
  use: z
    .enum(['last', 'best'])
    .optional()
    .describe(
      'Which weights are tested, embedded and exported: the last, or the best by `keepBest`; `last` if left out.',
    ),
  average: z
    .union([
      z.strictObject({ ema: z.number().gt(0).lt(1).describe('Share of the average that a step keeps, e.g. 0.999.') }),
      z.strictObject({
        swa: z.strictObject({
          start: count('Epochs after which the first weights are taken in.'),
          every: count('Epochs between two.').default(1),
        }),
      }),
    ])
    .optional()
    .describe(
      'Averages the weights, and validates, tests, embeds and exports the average: `{ema: 0.999}` after every step, `{swa: {start: 8}}` at the ends of epochs.',
    ),
  validateEvery: z.int().min(0).default(1).describe('Evaluate on `validation` every so many epochs; 0 for never.'),
  figuresEvery: z
    .int()
    .min(0)
    .default(0)
    .describe('Draw the figures every so many epochs too, into `figures/epoch-0001/`; 0 for the end alone.'),
  adaptiveClipping: z
    .strictObject({
      factor: z.number().gt(0).default(0.01).describe("Share of the weights' norm that a gradient may have."),
      epsilon: z.number().gt(0).default(0.001).describe('Norm that weights count as at least.'),
    })
    .optional()
    .describe("Cuts each unit's gradient of the backbone to a share of its weights' norm; left out for no such limit."),
  clipGradientNorm: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe('Norm that the whole gradient is cut to; null for no limit.'),
});
const trainSchema = trainFields
  .refine(({ ranks = 1, batch, accumulate }) => batch % (ranks * lossBatchCount({ accumulate })) === 0 || ranks === 1, {
    message: 'ranks share every batch evenly: train.batch must be a multiple of ranks, times the parts of accumulate',
    path: ['ranks'],
  })
  .refine(({ ranks, accumulate }) => ranks === undefined || accumulate !== 'auto', {
    message: 'accumulate: auto is chosen for one process: write the number of parts beside ranks',
    path: ['accumulate'],
  })
  .refine(({ ranks, syncBatchNorm }) => ranks !== undefined || syncBatchNorm === undefined, {
    message: 'syncBatchNorm is about several processes: write ranks beside it',
    path: ['syncBatchNorm'],
  })
  .refine(
    ({ accumulate, batch }) => microBatchCount({ accumulate }) === 1 || microBatchCount({ accumulate }) <= batch,
    {
      message: 'accumulate cuts a batch into parts and cannot exceed train.batch',
      path: ['accumulate'],
    },
  )
  .refine(({ patience, keepBest }) => patience === undefined || keepBest !== null, {
    message: 'patience waits for a better keepBest: write keepBest: {metric: validation/accuracy} beside it',
    path: ['patience'],
  })
  .refine(({ average, epochs }) => !average || !('swa' in average) || average.swa.start <= epochs, {
    message: 'swa begins after the last epoch: start cannot exceed train.epochs',
    path: ['average', 'swa', 'start'],
  })
  .refine(({ use, keepBest }) => use !== 'best' || keepBest !== null, {
    message: 'best is told by keepBest: write keepBest: {metric: validation/accuracy} beside it',
    path: ['use'],
  });

/**
 * Letters, digits, spaces, `.`, `_`, `+` and `-`, beginning with a letter or digit: a name that is a folder's too, and
 * of none elsewhere.
 */
export const folderName = /^[\p{L}\p{N}][\p{L}\p{N} ._+-]*$/u;

/** What a spec says beside its plugins, with the defaults. `name` has one too: the file's. */
export const settingsSchema = z.strictObject({
  version: z.literal(1).default(1).describe('Version of the spec format.'),
  name: z.string().max(100).regex(folderName).meta({
    description: "Name of the experiment and of its folder; the file's name by default.",
    allowed: 'letters, digits, spaces, ".", "_", "+" and "-", beginning with a letter or digit',
  }),
  description: z.string().default('').describe('What the experiment is to show.'),
  seed: z.int().min(0).default(1).describe('Everything random follows from it.'),
  device: z
    .enum(['auto', ...deviceNames])
    .default('auto')
    .describe('What computes; `auto` for the best that works here.'),
  threads: z
    .int()
    .min(1)
    .default(() => os.availableParallelism())
    .describe('Threads of the native library; by default one a core.'),
  test: z
    .enum(['locked', 'once'])
    .optional()
    .describe('`locked`: training and validation alone are seen; `once`: the test set is opened once, at the end.'),
  train: trainSchema.default(() => trainSchema.parse({})).describe('How long and in what steps to train.'),
});

const column = z.string().min(1);

/** What a spec says of the data set beside its plugin. */
export const datasetExtrasSchema = z.strictObject({
  class: z
    .union([column, z.strictObject({ train: column.optional(), test: column.optional() })])
    .optional()
    .describe(
      'Column that is the class: of all images, or `{train, test}` for those of training and for all others; the data set has a class of its own where it is left out.',
    ),
});

const group = {
  rateMultiple: z.number().min(0).optional().describe("Learning rate as a multiple of the run's."),
  weightDecay: z.number().min(0).optional().describe("Weight decay instead of the optimizer's."),
  decays: z
    .enum(['kernels', 'matrices', 'all'])
    .optional()
    .describe(
      'What decays: what each layer says (`kernels`: no bias, no normalization), whatever has two or more axes, or `all`.',
    ),
  optimizer: z.unknown().optional().describe("Optimizer instead of the run's."),
};
const parameterGroup = z.strictObject(group);

const freezeSchema = z
  .strictObject({
    stages: z
      .union([z.literal('all'), z.int().min(0), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe(
        'What stays: the stem and so many stages, `all`, or parts by the beginning of their parameters’ names.',
      ),
    batchNorm: z
      .enum(['statistics', 'all'])
      .optional()
      .describe(
        'Batch normalization everywhere: its running `statistics` stay and serve in training, or it stays at `all`.',
      ),
    until: z
      .string()
      .regex(/^[1-9]\d* (?:epochs?|steps?)$/)
      .meta({
        description: 'How long: `1 epoch`, `200 steps`; left out for the whole run.',
        allowed: 'a count and epochs or steps, e.g. 1 epoch',
      })
      .optional(),
  })
  .refine(({ stages, batchNorm }) => stages !== undefined || batchNorm !== undefined, {
    message: 'nothing is named that stays: write stages or batchNorm',
  });

/** What a spec says of the backbone beside its plugin. */
export const backboneExtrasSchema = z.strictObject({
  parameters: z
    .strictObject({
      ...group,
      layerDecay: z
        .number()
        .gt(0)
        .max(1)
        .optional()
        .describe('Factor of the learning rate from each block to the one before it.'),
      parts: z
        .record(z.string(), parameterGroup)
        .optional()
        .describe("The same for parts, by the beginning of their parameters' names: `{stage4: {rateMultiple: 2}}`."),
    })
    .optional()
    .describe("How the backbone's parameters are optimized."),
  cache: z
    .boolean()
    .optional()
    .describe('Whether what the frozen blocks give is computed once for each image and kept in memory.'),
  freeze: z
    .union([freezeSchema, z.array(freezeSchema).min(1)])
    .optional()
    .describe('Parts that are not trained, for the whole run or its beginning: one, or a list of them.'),
  normalize: normalization
    .optional()
    .describe('Mean and deviation of the images that its weights expect: `imagenet`, or `{mean, std}` by channel.'),
});

/** What a spec says of the head beside its plugin. */
export const headExtrasSchema = z.strictObject({
  parameters: parameterGroup.optional().describe("How the head's parameters are optimized."),
});

/** What stands beside a loss's plugin; the optimizer in it is a plugin again. */
export const lossExtrasSchema = z.strictObject({
  weight: z.number().min(0).default(1).describe('Factor of the loss in the sum.'),
  classWeights: classWeighting.optional().describe('How much the images of each class count in a classification loss.'),
  rowWeights: column.optional().describe('Column of how much each image counts in a classification loss.'),
  teacher: z
    .string()
    .min(1)
    .optional()
    .describe("File of the training images' embeddings by another network, for a loss that learns from one."),
  parameters: parameterGroup.optional().describe("How the loss's own parameters are optimized."),
});
