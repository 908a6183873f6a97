import { freeOnGpu } from '../../devices/free-on-gpu.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { EstimateAnswer } from './estimate-child.ts';
import { fittingImages } from './fitting-images.ts';
import { inMicroBatches } from './in-micro-batches.ts';

/** The share of the memory that is used: an estimate may be a fifth too low. */
const share = 0.8;

/** A run's parts and what it takes with them. */
export interface FittingParts {
  readonly parts: number;
  readonly answer: EstimateAnswer;
}

/**
 * Finds the fewest parts of a batch with which a run fits: `train.accumulate: auto`. As many as there are images where
 * no number fits, and the whole batch where nothing can be estimated.
 *
 * @param ask estimates a spec
 * @param limit bytes that the run may use, of the machine's memory; on a GPU it is what that has free
 */
export async function fittingMicroBatches(
  spec: RunSpec,
  ask: (spec: RunSpec) => Promise<EstimateAnswer>,
  limit: number,
): Promise<FittingParts> {
  const { batch } = spec.train;
  let parts = 1;
  for (;;) {
    const divided = inMicroBatches(spec, parts);
    const answer = await ask(divided);
    const { estimate } = answer;
    if (!estimate || parts === batch) return { parts, answer };
    const most =
      share * (answer.gpu ? (await freeOnGpu()) + estimate.program + estimate.data + estimate.features : limit);
    if (estimate.peak <= most) return { parts, answer };
    const images = fittingImages(estimate, divided.train, most);
    parts = images < 1 ? batch : Math.min(batch, Math.max(parts + 1, Math.ceil(batch / images)));
  }
}
