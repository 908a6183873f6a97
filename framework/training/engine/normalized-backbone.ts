import type { Tensor4D } from '@tensorflow/tfjs';
import type { Backbone } from '../../contracts/backbone.ts';
import type { ImageShape } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { inputOf, type Normalization } from '../../math/layers/normalization.ts';
import { preparedInput } from '../../math/layers/prepared-input.ts';

/**
 * Gives a backbone images of the mean and deviation that its weights expect, wherever it is used: images come in
 * [−1, 1], as from a data set, and go in as (pixel − mean) / std of pixels from 0 to 1.
 *
 * @throws AblateError SPEC_INVALID where the images have another number of channels, or the backbone normalizes them
 */
export function normalizedBackbone(
  backbone: Backbone,
  normalize: Normalization | undefined,
  [, , channels]: ImageShape,
): Backbone {
  if (!normalize) return backbone;
  if (backbone.prepares)
    throw new AblateError(
      'SPEC_INVALID',
      'The backbone prepares images for its weights itself; backbone.normalize would do it twice.',
      {
        remedy: "Leave normalize away, or set the backbone's option preparation to none.",
      },
    );
  const input = inputOf(normalize);
  if (input.mean.length !== channels)
    throw new AblateError(
      'SPEC_INVALID',
      `backbone.normalize has ${input.mean.length} means and deviations, and the images have ${channels} channels.`,
      { remedy: 'Give one a channel, or change the color of the data set.' },
    );
  const [first, ...others] = backbone.blocks ?? [];
  return {
    dim: backbone.dim,
    anySize: backbone.anySize,
    parameters: backbone.parameters,
    ...(first && {
      blocks: [{ ...first, forward: (x, mode) => first.forward(preparedInput(x as Tensor4D, input), mode) }, ...others],
    }),
    forward: (images, mode) => backbone.forward(preparedInput(images, input), mode),
  };
}
