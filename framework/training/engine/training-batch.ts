import type { BatchData } from './batch-data.ts';
import type { DrawCounter } from './draw-counter.ts';
import type { Session } from './session.ts';
import { noSpans, type Spans } from './spans.ts';

/** Reads the images and labels of a step's batch, every view of them, mixed where the run mixes them. */
export async function trainingBatch(
  { sampler, train: split, views: count, mixer }: Pick<Session, 'sampler' | 'train' | 'views' | 'mixer'>,
  draws: DrawCounter,
  step: number,
  spans: Spans = noSpans,
): Promise<BatchData> {
  const epoch = Math.floor(step / sampler.stepsPerEpoch);
  const { indices, repeats } = draws.batch(epoch, step % sampler.stepsPerEpoch);
  const labels = Int32Array.from(indices, (index) => split.labels[index]!);
  return spans.during('input', `batch ${step}`, async () => {
    const [pixels, ...views] = await Promise.all(
      Array.from({ length: count }, (_, view) => split.images(indices, epoch, { repeats, view })),
    );
    const batch = { pixels: pixels!, ...(views.length > 0 && { views }), labels, rows: indices };
    return mixer?.mix(batch, step) ?? batch;
  });
}
