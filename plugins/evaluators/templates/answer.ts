import { z } from 'ablate-ml';
import { rankScores, rocOf, trueAcceptsAt } from 'ablate-ml/metrics';
import { poolTemplates, templateScore } from './pool-templates.ts';

const whole = z.number().int();
const templates = z.object({
  embedding: z.array(z.array(z.number())),
  template: z.array(whole),
  media: z.array(whole),
  weights: z.array(z.number()).optional(),
  normalizeImages: z.boolean(),
  pairs: z.array(z.tuple([whole, whole])),
  issame: z.array(z.boolean()),
});

/** False accept rates of the reference cases. */
const rates = ['1e-1', '1e-2', '1e-3'];

/** Answers a reference case: embeddings of images with their templates and media, pairs of templates. */
export function answer(input: unknown): Record<string, unknown> {
  const { embedding, template, media, weights, normalizeImages, pairs, issame } = templates.parse(input);
  const dim = embedding[0]!.length;
  const pooled = poolTemplates({
    values: embedding.flat(),
    dim,
    template: Int32Array.from(template),
    media: Int32Array.from(media),
    weights: weights && Float64Array.from(weights),
    normalize: normalizeImages,
  });
  const place = new Map([...pooled.numbers].map((number, index) => [number, index]));
  const scores = pairs.map(([left, right]) => templateScore(pooled, dim, place.get(left)!, place.get(right)!));
  const roc = rocOf(rankScores(scores, issame.map(Number)))!;
  return {
    templates: [...pooled.numbers],
    templateEmbedding: [...pooled.numbers.keys()].map((row) => [...pooled.values.subarray(row * dim, (row + 1) * dim)]),
    scores,
    tarAtFar: Object.fromEntries(rates.map((rate) => [rate, trueAcceptsAt(roc, Number(rate))])),
  };
}
