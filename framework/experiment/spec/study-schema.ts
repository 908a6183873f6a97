import { z } from 'zod';

const count = (least: number, meaning: string) => z.int().min(least).max(10_000).describe(meaning);

const search = {
  budget: count(1, 'Points that each loss (each point of the matrix) gets.'),
  method: z
    .union([
      z.enum(['random', 'tpe', 'halving', 'asha']),
      z.strictObject({ random: z.strictObject({}) }),
      z.strictObject({
        tpe: z.strictObject({
          startup: count(1, 'Points drawn evenly before the first that is drawn by what was found.').default(10),
        }),
      }),
      z.strictObject({
        halving: z.strictObject({
          reduction: count(2, 'One in so many trials goes on.').default(3),
          minEpochs: count(1, 'Epochs of the first rung.').default(1),
        }),
      }),
      z.strictObject({
        asha: z.strictObject({
          reduction: count(2, 'Of the trials that have come to a rung, one in so many goes on.').default(3),
          minEpochs: count(1, 'Epochs of the first rung.').default(1),
        }),
      }),
    ])
    .default('random')
    .meta({
      description:
        'How the points are drawn; `halving` and `asha` draw them evenly and stop weak ones early, `asha` without waiting for a rung to be complete.',
      allowed: 'random, tpe, halving, asha, or one of them with its options',
    }),
  metric: z.string().startsWith('validation/').nullable().default(null).meta({
    description: 'What decides; by default the first there is of MAP@R, Recall@1, verification-accuracy and accuracy.',
    allowed: 'validation/ and the name of a metric, e.g. validation/MAP@R',
  }),
  mode: z
    .enum(['max', 'min'])
    .optional()
    .describe('Whether more of it is better, or less; by default what its evaluator says.'),
  seed: z.int().min(0).default(0).describe('The points follow from it.'),
};

/** `search:` */
export const searchSchema = z.strictObject(search);

/** `protocol:` */
export const protocolSchema = z.strictObject({
  folds: count(2, 'Folds of the classes that are not locked away; each is validation once.').default(4),
  seeds: count(1, 'Seeds of each loss on each fold, from `seed` on.').default(5),
  search: z
    .strictObject({
      ...search,
      folds: count(1, 'Folds that each point is validated on; all by default.').nullable().default(null),
    })
    .nullable()
    .default(null)
    .describe('Search before; null for the options as they are written.'),
  concatenate: z
    .boolean()
    .default(true)
    .describe('Evaluates the fold models of each seed as one too, their embeddings of the test set side by side.'),
  lockTest: z.boolean().default(true).describe('Opens the test set once, after the search, and refuses it otherwise.'),
});

/** What `search:` gives, its method in full, beside the folds of a protocol. */
export interface SearchSettings {
  readonly budget: number;
  readonly method:
    | { readonly name: 'random' }
    | { readonly name: 'tpe'; readonly startup: number }
    | { readonly name: 'halving' | 'asha'; readonly reduction: number; readonly minEpochs: number };
  readonly metric: string | null;
  readonly mode: 'max' | 'min';
  readonly seed: number;
  readonly folds: number | null;
}

/** What `search:` gives before its metric's evaluator is asked which way is better. */
export type WrittenSearchSettings = Omit<SearchSettings, 'mode'> & {
  readonly mode?: SearchSettings['mode'] | undefined;
};

/** What `protocol:` gives. */
export type ProtocolSettings = Omit<z.output<typeof protocolSchema>, 'search'>;

const rungs = z.strictObject({ reduction: z.int().default(3), minEpochs: z.int().default(1) });
const methodOptions = {
  random: z.strictObject({}),
  tpe: z.strictObject({ startup: z.int().default(10) }),
  halving: rungs,
  asha: rungs,
};

/** Writes out a search's method in full. */
export function searchSettings({
  method,
  folds = null,
  ...rest
}: z.output<typeof searchSchema> & { readonly folds?: number | null }): WrittenSearchSettings {
  const [[name, options]] = Object.entries(typeof method === 'string' ? { [method]: {} } : method) as [
    [keyof typeof methodOptions, object],
  ];
  return { ...rest, folds, method: { name, ...methodOptions[name].parse(options) } as SearchSettings['method'] };
}
