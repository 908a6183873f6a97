import type { BatchData, BatchMix } from './batch-data.ts';

/** Splits a batch into `count` parts of neighbors, as equal as can be and none empty; without copying. */
export function microBatches({ pixels, views, mix, labels, rows }: BatchData, count: number): BatchData[] {
  const images = labels.length;
  const parts = Math.min(count, images);
  const size = pixels.length / images;
  return Array.from({ length: parts }, (_, index) => {
    const [begin, end] = [Math.floor((index * images) / parts), Math.floor(((index + 1) * images) / parts)];
    return {
      pixels: pixels.subarray(begin * size, end * size),
      ...(views && { views: views.map((view) => view.subarray(begin * size, end * size)) }),
      ...(mix && { mix: { ...mix, labels: partners(mix, labels, begin, end) } }),
      labels: labels.subarray(begin, end),
      rows: rows.subarray(begin, end),
    };
  });
}

/** Classes of a part's partners: those of the batch, or, where embeddings are mixed, of the part's own rows. */
const partners = (mix: BatchMix, labels: Int32Array, begin: number, end: number): Int32Array =>
  mix.embeddings ? labels.slice(begin, end).reverse() : mix.labels.subarray(begin, end);
