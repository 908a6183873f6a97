import { gibibytes } from '../../base/system/gibibytes.ts';
import { microBatchCount } from '../../experiment/spec/micro-batch-count.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { MemoryEstimate } from './estimate-memory.ts';
import { fittingImages } from './fitting-images.ts';

/**
 * Says which option of the spec would make a run fit, in words; empty where it fits. Activations grow with the part of
 * the batch that is computed at once, class weights with the classes, and nothing helps where the rest alone is too
 * much.
 *
 * @param limit bytes that the run may use
 */
export function memoryAdvice(estimate: MemoryEstimate, { train }: Pick<RunSpec, 'train'>, limit: number): string[] {
  if (estimate.peak <= limit) return [];
  const { program, data, features, parameters, slots, gradients, activations, batches, checkpoint, evaluation, kept } =
    estimate;
  const lasting = program + data + features + parameters + slots + kept;
  const advice: string[] = [];
  const room = limit - lasting;
  const step = activations + gradients + batches;
  const parts = microBatchCount(train);
  if (lasting + step > limit) {
    const each = activations / Math.ceil(train.batch / parts);
    const fitting = fittingImages(estimate, train, limit);
    if (fitting >= 1) {
      advice.push(
        `train.accumulate: ${Math.ceil(train.batch / fitting)} computes ${fitting < 2 ? 'one image' : `at most ${fitting} images`} at once: the same batch, in parts`,
      );
      const smaller = Math.floor((room - gradients) / (each + batches / train.batch));
      if (smaller >= 1 && parts === 1) advice.push(`train.batch: ${Math.min(smaller, train.batch - 1)} fits whole`);
    } else {
      advice.push(
        `no batch fits: weights, optimizer and gradients alone take ${gibibytes(lasting + gradients)}; take a smaller backbone, fewer classes or a head that samples them`,
      );
    }
  }
  if (lasting + checkpoint > limit)
    advice.push(
      'a checkpoint, while it is written, does not fit beside the weights: an optimizer with fewer slots (sgd has one, adam two), or a smaller model',
    );
  if (lasting + evaluation > limit) advice.push('an evaluation does not fit: a smaller backbone or smaller images');
  if (data > limit / 2)
    advice.push(`the data set alone takes ${gibibytes(data)}: take one that reads from disk (record-io, webdataset)`);
  if (features > limit / 2)
    advice.push(`the features that are kept of all images take ${gibibytes(features)}: leave backbone.cache out`);
  return advice;
}
