import { z } from 'zod';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import type { Backbone } from '../../contracts/backbone.ts';
import { dataFile, type DataFile, type DataPlace } from '../../data/files/data-file.ts';
import { initialized, initOption } from '../../math/layers/initialized.ts';
import { preparationOf, preparationOption, type PreparationOption } from '../../math/layers/prepared-input.ts';
import { loadWeights } from './load-weights.ts';
import { layerOf, type PytorchNames } from './weight-names.ts';

/** Options of a backbone that begins with published weights, for its schema. */
export const pretrainedOptions = {
  init: initOption,
  weights: dataFile
    .nullable()
    .default(null)
    .describe(
      'weights to begin with: a file of `ablate export`, or a .safetensors, .pth or .pt of a library named below',
    ),
  strict: z
    .boolean()
    .default(true)
    .describe(
      'whether weights are refused of which something is missing, left over or of another shape; if not, it is listed',
    ),
  preparation: preparationOption.default('auto'),
} as const;

/** What `pretrainedOptions` accepts. */
export interface PretrainedOptions {
  readonly init: z.output<typeof initOption>;
  readonly weights: DataFile | null;
  readonly strict: boolean;
  readonly preparation: PreparationOption;
}

/** Gives a backbone the weights that its options name. @throws AblateError as `loadWeights` */
export async function pretrained(
  made: Backbone,
  options: PretrainedOptions,
  names: PytorchNames,
  context: DataPlace & { readonly streams: RandomStreams },
): Promise<Backbone> {
  const { weights, strict, preparation } = options;
  const backbone = initialized(made, options, context);
  const optional = ['embedding', ...(names.optional ?? [])];
  const own = backbone.parameters.map(({ name }) => layerOf(name));
  // What is new behind a pretrained net begins as without weights.
  const fresh = [...new Set(own.filter((layer) => /^(?:neck|pool)(?:\/|$)/.test(layer)))];
  if (weights !== null)
    await loadWeights(weights, backbone.parameters, { ...names, optional: [...optional, ...fresh] }, context, {
      strict,
    });
  return { ...backbone, prepares: preparationOf({ preparation, weights }, 'imagenet') !== undefined };
}
