import type { EmbeddedSplit, EvaluationInput, FigurePanel } from 'ablate-ml';

/** What a figure asks of one run, from a split made by hand. */
export function panelOf(
  given: Partial<FigurePanel> & {
    readonly split?: EmbeddedSplit;
    readonly pairs?: Awaited<ReturnType<EvaluationInput['pairs']>>;
    readonly centers?: Float32Array;
  },
): FigurePanel {
  const { split, pairs, centers, ...rest } = given;
  const input: EvaluationInput = {
    role: 'test',
    split: async (role) => (role === 'test' ? split : undefined),
    pairs: async () => pairs,
    centers: new Map(centers ? [['center', centers]] : []),
    trainingImages: 3,
    seed: 1,
  };
  return {
    title: 'softmax',
    group: 'softmax',
    seed: 1,
    point: {},
    results: { metrics: {} },
    history: [],
    input: async () => (split || pairs ? input : undefined),
    ...rest,
  };
}

/** A split of some rows, `classNames` a, b, c … */
export function splitOf(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  more: Partial<EmbeddedSplit> = {},
): EmbeddedSplit {
  return {
    role: 'test',
    dim: rows[0]!.length,
    embeddings: Float32Array.from(rows.flat()),
    labels: Int32Array.from(labels),
    classNames: ['a', 'b', 'c'].slice(0, Math.max(...labels) + 1),
    ...more,
  };
}

/** Pictures whose URL is a dot. */
export const pictures: EmbeddedSplit['pictures'] = {
  key: 'key',
  urls: async (rows) =>
    rows.map(
      () =>
        'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    ),
  sheet: async () => {
    throw new Error('no figure asks for the sheet');
  },
};
