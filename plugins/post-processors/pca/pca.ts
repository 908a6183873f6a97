import { AblateError, z, type EmbeddingRows, type LearnedArray, type PostProcessor } from 'ablate-ml';

export const options = z.strictObject({
  dim: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('components that are kept, those of largest variance; null for all'),
  whiten: z.boolean().default(false).describe('whether each component is divided by its standard deviation'),
});

/** Options of pca. */
export type PcaOptions = z.output<typeof options>;

interface Fitted {
  /** `[columns]` */
  readonly mean: Float32Array;
  /** Row-major `[dim, columns]`, rows of length 1 (by `whiten` divided by the standard deviation). */
  readonly components: Float32Array;
}

/**
 * Projects rows on the directions of largest variance of training rows (covariance with n − 1; each direction's entry
 * of largest magnitude is positive), by `whiten` to variance 1 in each (Jégou and Chum, ECCV 2012, sec. 3).
 */
export function pca({ dim, whiten }: PcaOptions): PostProcessor {
  let fitted: Fitted | undefined;
  return {
    async fit(training) {
      fitted = await componentsOf(training, dim, whiten);
    },
    learned(): Record<string, LearnedArray> {
      const { mean, components } = required(fitted);
      return {
        mean: { shape: [mean.length], values: mean },
        components: { shape: [components.length / mean.length, mean.length], values: components },
      };
    },
    restore({ mean, components }) {
      fitted = { mean: mean!.values, components: components!.values };
    },
    apply({ values, dim: columns }) {
      const { mean, components } = required(fitted);
      if (mean.length !== columns)
        throw new AblateError('DATA_INVALID', `pca was fitted on ${mean.length} columns, and rows of ${columns} come.`);
      const [rows, kept] = [values.length / columns, components.length / columns];
      const projected = new Float32Array(rows * kept);
      for (let row = 0; row < rows; row++)
        for (let component = 0; component < kept; component++) {
          let sum = 0;
          for (let column = 0; column < columns; column++)
            sum += (values[row * columns + column]! - mean[column]!) * components[component * columns + column]!;
          projected[row * kept + component] = sum;
        }
      return { values: projected, dim: kept };
    },
  };
}

function required(fitted: Fitted | undefined): Fitted {
  if (!fitted) throw new AblateError('PLUGIN_OPTIONS', 'pca is asked to transform before it was fitted.');
  return fitted;
}

/** @throws AblateError DATA_INVALID where there are fewer directions of any variance than are kept */
async function componentsOf(
  { values, dim: columns }: EmbeddingRows,
  wanted: number | null,
  whiten: boolean,
): Promise<Fitted> {
  const rows = Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );
  const most = Math.min(columns, rows.length - 1);
  const dim = wanted ?? most;
  const refused = (why: string): AblateError =>
    new AblateError('DATA_INVALID', `pca: {dim: ${dim}} ${why}.`, { remedy: 'Lower pca.dim.' });
  if (dim > most || dim === 0)
    throw refused(`keeps more than the ${Math.max(0, most)} of ${rows.length} training rows of ${columns} columns`);
  const { PCA } = await import('ml-pca');
  const found = new PCA(rows, { method: 'covarianceMatrix' });
  const loadings = found.getLoadings().to2DArray();
  const variances = found.getEigenvalues();
  if (whiten && !(variances[dim - 1]! > 1e-12 * variances[0]!))
    throw refused('whitens a direction that has no variance');
  const components = new Float32Array(dim * columns);
  for (let component = 0; component < dim; component++) {
    const loading = loadings[component]!;
    const largest = loading.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const scale = Math.sign(largest) / (whiten ? Math.sqrt(variances[component]!) : 1);
    for (let column = 0; column < columns; column++)
      components[component * columns + column] = scale * loading[column]!;
  }
  const mean = new Float32Array(columns);
  for (let column = 0; column < columns; column++)
    mean[column] = rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length;
  return { mean, components };
}
