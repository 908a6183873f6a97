import { z } from 'ablate-ml';
import type { Labeled } from 'ablate-ml/metrics';
import { mateRanks } from './mate-ranks.ts';

const matrix = z.array(z.array(z.number()));
const labels = z.array(z.number().int());
const identificationCase = z.object({
  gallery: matrix,
  galleryLabels: labels,
  distractors: matrix,
  probes: matrix,
  probeLabels: labels,
});

/** Answers a reference case: a gallery with one image an identity, distractors, probes. */
export async function answer(input: unknown): Promise<Record<string, unknown>> {
  const given = identificationCase.parse(input);
  const dim = given.gallery[0]!.length;
  const rows = (values: number[][], classes: number[]): Labeled => ({
    values: Float32Array.from(values.flat()),
    dim,
    labels: Int32Array.from(classes),
  });
  const gallery = {
    gallery: rows(given.gallery, given.galleryLabels),
    probes: rows(given.probes, given.probeLabels),
    distractors: rows(
      given.distractors,
      given.distractors.map(() => -1),
    ),
  };
  const ranks = [...(await mateRanks(gallery, 'cosine', [given.distractors.length])).ranks[0]!];
  const within = (k: number): number => ranks.filter((rank) => rank <= k).length / ranks.length;
  return { ranks, rank1: within(1), rank5: within(5) };
}
