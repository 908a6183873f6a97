import type { BatchData, BatchMix } from './batch-data.ts';

/** Splits a batch into `count` parts of neighbors, as equal as can be and none empty; without copying. */
export function microBatches({ pixels, views, mix, labels, rows }: BatchData, count: number): BatchData[] {
  const images = labels.length;
  const parts = Math.min(count, images);
  // Of several ranks, which divide every part, each holds its share of the pixels.
  const size = pixels.length / images;
  const [from, to] = [
    (part: number) => Math.floor((part * images) / parts),
    (place: number) => Math.round(place * size),
  ];
  return Array.from({ length: parts }, (_, index) => {
    const [begin, end] = [from(index), from(index + 1)];
    return {
      pixels: pixels.subarray(to(begin), to(end)),
      ...(views && { views: views.map((view) => view.subarray(to(begin), to(end))) }),
      ...(mix && { mix: { ...mix, labels: partners(mix, labels, begin, end) } }),
      labels: labels.subarray(begin, end),
      rows: rows.subarray(begin, end),
    };
  });
}

/** Classes of a part's partners: those of the batch, or, where embeddings are mixed, of the part's own rows. */
const partners = (mix: BatchMix, labels: Int32Array, begin: number, end: number): Int32Array =>
  mix.embeddings ? labels.slice(begin, end).reverse() : mix.labels.subarray(begin, end);

/** Puts labels and rows of micro-batches together. */
export function joinedLabels(parts: readonly BatchData[]): Pick<BatchData, 'labels' | 'rows'> {
  const joined = (of: (part: BatchData) => Int32Array): Int32Array =>
    Int32Array.from(parts.flatMap((part) => [...of(part)]));
  return { labels: joined(({ labels }) => labels), rows: joined(({ rows }) => rows) };
}
