import { z } from 'ablate-ml';
import type { Labeled } from 'ablate-ml/metrics';
import { rankingValues } from './ranking-values.ts';

const matrix = z.array(z.array(z.number()));
const labels = z.array(z.number().int());
const retrievalCase = z.object({
  embedding: matrix,
  labels,
  distance: z.enum(['euclidean', 'cosine']),
  referenceEmbedding: matrix.optional(),
  referenceLabels: labels.optional(),
});

const rows = (embedding: number[][], classes: number[]): Labeled => ({
  values: Float32Array.from(embedding.flat()),
  dim: embedding[0]!.length,
  labels: Int32Array.from(classes),
});
const recallAt = [1, 2, 4];

/** Answers a reference case: embeddings with labels, optionally held against references of their own. */
export async function answer(input: unknown): Promise<Record<string, unknown>> {
  const { embedding, labels: classes, distance, referenceEmbedding, referenceLabels } = retrievalCase.parse(input);
  const queries = rows(embedding, classes);
  const references = referenceEmbedding && referenceLabels ? rows(referenceEmbedding, referenceLabels) : queries;
  const found = await rankingValues(queries, references, {
    distance,
    leaveOneOut: references === queries,
    recallAt,
    mapAt: [],
  });
  const mean = (name: string): number =>
    found.values[name]!.reduce((sum, value) => sum + value, 0) / found.labels.length;
  return {
    recallAt: Object.fromEntries(recallAt.map((k) => [k, mean(`Recall@${k}`)])),
    rPrecision: mean('R-precision'),
    mapAtR: mean('MAP@R'),
    queries: found.labels.length,
  };
}
