import type { BatchData } from './batch-data.ts';
import type { DrawCounter } from './draw-counter.ts';
import { ownPlaces } from './over-ranks.ts';
import type { Session } from './session.ts';
import { noSpans, type Spans } from './spans.ts';

/**
 * Reads the images and labels of a step's batch, every view of them, mixed where the run mixes them: of several ranks,
 * each the images of its own part.
 *
 * @param parts that the losses see the batch in
 */
export async function trainingBatch(
  {
    sampler,
    train: split,
    views: count,
    mixer,
    ranks,
  }: Pick<Session, 'sampler' | 'train' | 'views' | 'mixer' | 'ranks'>,
  draws: DrawCounter,
  step: number,
  spans: Spans = noSpans,
  parts = 1,
): Promise<BatchData> {
  const epoch = Math.floor(step / sampler.stepsPerEpoch);
  const { indices, repeats } = draws.batch(epoch, step % sampler.stepsPerEpoch);
  const labels = Int32Array.from(indices, (index) => split.labels[index]!);
  const places = ranks && ownPlaces(indices.length, parts, ranks);
  const own = places ? Int32Array.from(places, (place) => indices[place]!) : indices;
  const ownRepeats = places ? Uint32Array.from(places, (place) => repeats[place]!) : repeats;
  return spans.during('input', `batch ${step}`, async () => {
    const [pixels, ...views] = await Promise.all(
      Array.from({ length: count }, (_, view) => split.images(own, epoch, { repeats: ownRepeats, view })),
    );
    const batch = { pixels: pixels!, ...(views.length > 0 && { views }), labels, rows: indices };
    return mixer?.mix(batch, step) ?? batch;
  });
}
