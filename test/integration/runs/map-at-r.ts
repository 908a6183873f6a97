import type { EmbeddedSplit } from 'ablate-ml';

/**
 * MAP@R (Musgrave et al., ECCV 2020, section 3.2): each image asks for the R others of its class; the mean over images
 * of 1/R Σ of the precision at each rank up to R that holds one. Unlike Recall@1 it is low for digits as they come,
 * before training.
 */
export function mapAtR({ embeddings, labels, dim }: Pick<EmbeddedSplit, 'embeddings' | 'labels' | 'dim'>): number {
  const rows = Array.from({ length: labels.length }, (_, index) => embeddings.subarray(index * dim, (index + 1) * dim));
  const precision = rows.map((query, own) => {
    const distances = Float64Array.from(rows, (row) =>
      row.reduce((sum, value, column) => sum + (value - query[column]!) ** 2, 0),
    );
    const nearest = rows
      .map((_, index) => index)
      .filter((index) => index !== own)
      .sort((one, other) => distances[one]! - distances[other]!);
    const wanted = labels.filter((label) => label === labels[own]).length - 1;
    let [found, sum] = [0, 0];
    for (const [rank, index] of nearest.slice(0, wanted).entries()) {
      if (labels[index] === labels[own]) sum += ++found / (rank + 1);
    }
    return sum / wanted;
  });
  return precision.reduce((sum, value) => sum + value) / rows.length;
}
