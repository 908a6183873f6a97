import { AblateError, z } from 'ablate-ml';
import {
  imageOptions,
  labelByClass,
  splitOptions,
  splitRows,
  splitRule,
  type DataPlace,
  type ImageDatasetParts,
  type RowsByRole,
} from 'ablate-ml/data';
import { shardFiles } from './shard-files.ts';
import { sampleImages, shardSamples, type Sample } from './shard-samples.ts';

const shards = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const options = z.strictObject({
  train: shards.describe(
    'tar files, or folders of them, or a list; `{000..012}` and `{a,b}` in a name stand for several',
  ),
  validation: shards.nullable().default(null).describe('tar files of validation images'),
  test: shards.nullable().default(null).describe('tar files of test images'),
  split: splitRule
    .nullable()
    .default(null)
    .describe('what of `train` is for training, validation and test; null for all to train'),
  label: z
    .string()
    .min(1)
    .default('cls')
    .describe("ending of the file that holds a sample's class as text, or `json:key` for an entry of its .json file"),
  openSet: splitOptions.openSet,
  ...imageOptions,
});

/** Options of tar shards. */
export type WebdatasetOptions = z.output<typeof options>;

/**
 * Reads samples of tar shards by role, each image found by its place in its shard.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, PLUGIN_OPTIONS
 */
export async function webdataset(options: WebdatasetOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const known = new Set<string>();
  const samplesOf = async (shards: WebdatasetOptions['test']): Promise<readonly Sample[]> => {
    const files = shards === null ? [] : await shardFiles(shards, context);
    return files.flatMap((file) => {
      if (known.has(file))
        throw new AblateError('DATA_INVALID', `${file} is named twice among the shards.`, {
          remedy: 'Name each shard once, for training, validation or test.',
        });
      known.add(file);
      return [...shardSamples(file, options.label)];
    });
  };
  const parts = {
    train: await samplesOf(options.train),
    validation: await samplesOf(options.validation),
    test: await samplesOf(options.test),
  };
  const samples = Object.values(parts).flat();
  const images = sampleImages(samples);
  const labeled = labelByClass(samples.length, (row) => samples[row]!.label);
  const split =
    options.split &&
    (await splitRows(
      options.split,
      {
        ...labeled,
        labels: labeled.labels.slice(0, parts.train.length),
        length: parts.train.length,
        name: images.name,
      },
      context,
    ));
  return { images, ...labeled, rows: rowsOf(parts, split), options, source: [options.train].flat().join(', ') };
}

/** Rows of the shards of each role, in their order, after what the split makes of the training shards. */
function rowsOf(parts: Readonly<Record<keyof RowsByRole, readonly Sample[]>>, split: RowsByRole | null): RowsByRole {
  const from = (start: number, { length }: readonly Sample[]): number[] =>
    Array.from({ length }, (_, index) => start + index);
  const [train, validation, test] = [
    from(0, parts.train),
    from(parts.train.length, parts.validation),
    from(parts.train.length + parts.validation.length, parts.test),
  ];
  return {
    train: split?.train ?? Int32Array.from(train),
    validation: Int32Array.from([...(split?.validation ?? []), ...validation]),
    test: Int32Array.from([...(split?.test ?? []), ...test]),
  };
}
