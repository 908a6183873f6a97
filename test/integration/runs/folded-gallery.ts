import { definePlugin, z, type Dataset, type Role, type Split } from 'ablate-ml';

const classNames = Array.from({ length: 12 }, (_, label) => `c${label}`);

/** Images of one pixel a class, that brighten with the class and waver with the image. */
function splitOf(role: Role, labels: readonly number[], names: readonly string[] = classNames): Split {
  const pixel = (row: number): number => labels[row]! / 6 - 1 + ((row * 7919) % 13) / 60;
  return {
    role,
    length: labels.length,
    labels: Int32Array.from(labels),
    classNames: names,
    images: (indices) =>
      Float32Array.from([...indices].flatMap((row) => [pixel(row), pixel(row) ** 2, Math.sin(5 * pixel(row)), 1])),
    source: (row) => `${role}/${names[labels[row]!]}/${row}`,
  };
}

const times = (labels: readonly number[], count: number): number[] =>
  labels.flatMap((label) => Array.from({ length: count }, () => label));

/**
 * Six classes to train on, of which a fold is validation; a gallery, probes and distractors of the six others. Unless
 * it ignores its fold.
 */
export default definePlugin({
  kind: 'dataset',
  name: 'folded-gallery',
  summary: 'Folds beside a gallery with distractors.',
  framework: '^0.1.0',
  schema: z.strictObject({
    split: z
      .strictObject({ by: z.literal('fold'), folds: z.number().default(2), fold: z.number().default(0) })
      .prefault({ by: 'fold' })
      .describe('the folds'),
    heedsFold: z.boolean().default(true).describe('whether the fold makes a difference'),
  }),
  create: ({ split: { folds, fold }, heedsFold }): Dataset => {
    const isHeld = (label: number): boolean => label % folds === (heedsFold ? fold : 0);
    const open = [0, 1, 2, 3, 4, 5];
    const trained = open.filter((label) => !isHeld(label));
    const names = trained.map((label) => classNames[label]!);
    const splits = new Map<Role, Split>([
      [
        'train',
        splitOf(
          'train',
          times(
            trained.map((_, index) => index),
            6,
          ),
          names,
        ),
      ],
      ['validation', splitOf('validation', times(open.filter(isHeld), 4))],
      ['gallery', splitOf('gallery', [6, 7, 8])],
      ['probe', splitOf('probe', times([6, 7, 8], 4))],
      ['distractors', splitOf('distractors', times([9, 10, 11], 5))],
    ]);
    return {
      imageShape: [2, 2, 1],
      provenance: { digest: heedsFold ? `fold-${fold}` : 'one', source: 'generated' },
      split: (role) => splits.get(role),
    };
  },
});
