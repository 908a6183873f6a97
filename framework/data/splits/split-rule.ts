import { z } from 'zod';
import { splitAmounts } from './split-amounts.ts';

const seed = (standard: number | null) => z.number().int().nullable().default(standard);
const shares = splitAmounts.describe('`[train, test]` or `[train, validation, test]`, counts or shares');
const names = z.array(z.string().min(1)).default([]);

/** By image: every class is dealt out, so that classes seen in training are met again. */
const byImage = z.strictObject({ by: z.literal('image'), shares, seed: seed(0) });
/** By class or by group (the folder above the class's): in order of name, or in an order drawn from `seed`. */
const byClass = z.strictObject({ by: z.enum(['class', 'group']), shares, seed: seed(null) });
/** By names of classes, or of folders of classes. */
const byName = z.strictObject({ by: z.literal('name'), train: names, validation: names, test: names });
/** The last `test` of the classes locked away, the others in `folds`, of which `fold` is validation. */
const byFold = z.strictObject({
  by: z.literal('fold'),
  folds: z.number().int().min(2).default(4),
  fold: z.number().int().min(0).default(0),
  test: z.number().min(0).max(1).default(0.5),
  seed: seed(null),
});
/** By text files of image names, one a line. */
const list = z.string().nullable().default(null);
const byList = z.strictObject({ by: z.literal('list'), train: list, validation: list, test: list });

/**
 * Option `split` of data sets of image files: which images are for training, validation and test. Amounts alone mean by
 * image.
 */
export const splitRule = z.union([
  splitAmounts,
  z.discriminatedUnion('by', [byImage, byClass, byName, byFold, byList]),
]);

/** What `splitRule` gives. */
export type SplitRule = z.output<typeof splitRule>;

/** Options that every data set that is split has; spread them into its schema. */
export const splitOptions = {
  split: splitRule.describe('what is for training, validation and test, by image, class, group, name, fold or list'),
  openSet: z.boolean().default(false).describe('refuses a split whose test classes meet the training classes'),
};
