import { microBatchCount } from '../../experiment/spec/micro-batch-count.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';
import type { MemoryEstimate } from './estimate-memory.ts';

type Batch = Pick<TrainSpec, 'batch' | 'accumulate'>;

/**
 * Computes how many images at once a batch can be computed in, if in parts; none or less where the rest alone is too
 * much.
 *
 * @param estimate of the run as `train` has it
 * @param limit bytes that the run may use
 */
export function fittingImages(
  { program, data, features, parameters, slots, gradients, activations, batches, kept }: MemoryEstimate,
  train: Batch,
  limit: number,
): number {
  const each = activations / Math.ceil(train.batch / microBatchCount(train));
  // Parts of a batch add their gradients up beside those of the part under way.
  return Math.floor((limit - program - data - features - parameters - slots - kept - 2 * gradients - batches) / each);
}
