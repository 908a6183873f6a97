import { featureBytes } from '../engine/cached-features.ts';
import { trainingShape } from '../engine/training-split.ts';
import type { Session } from '../engine/session.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { gibibytes } from '../../base/system/gibibytes.ts';
import { heldMemory } from '../../base/system/held-memory.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { memoryLimit } from './memory-limit.ts';

const FLOAT = 4;

/**
 * Refuses a run that clearly cannot fit, before its first step: what the process holds already with the gradients of
 * all weights, the pixels of two batches and the features that `cache` keeps, activations and all else left out.
 *
 * @throws AblateError TOO_LARGE with the numbers
 */
export function requireMemory(
  { groups, dataset }: Pick<Session, 'groups' | 'dataset'>,
  { train }: Pick<RunSpec, 'train'>,
  held = heldMemory(),
  limit = memoryLimit(),
): void {
  const gradients =
    groups.reduce(
      (sum, { parameters }) => sum + parameters.reduce((size, { variable }) => size + variable.size, 0),
      0,
    ) * FLOAT;
  const [height, width, channels] = trainingShape(dataset);
  const batches = 2 * train.batch * height * width * channels * FLOAT;
  const features = featureBytes(dataset);
  if (held + gradients + batches + features <= limit) return;
  throw new AblateError(
    'TOO_LARGE',
    `This run cannot fit into memory: ${gibibytes(held)} are held before the first step, the gradients take ${gibibytes(gradients)} and two batches of images ${gibibytes(batches)}${features > 0 ? `, the features that are kept of all images ${gibibytes(features)}` : ''}, of ${gibibytes(limit)} in all.`,
    {
      remedy: 'Type: ablate validate SPEC --memory, which says what would make it fit',
    },
  );
}
