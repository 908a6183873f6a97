import { z } from 'ablate-ml';
import {
  closeOnFailure,
  dataFile,
  imageOptions,
  locateFile,
  renamedImages,
  severalImages,
  splitOptions,
  splitRows,
  splitRule,
  type DataPlace,
  type ImageDatasetParts,
  type RowPairs,
} from 'ablate-ml/data';
import { recordImages } from './record-images.ts';
import { readVerificationBin, type VerificationBin } from './verification-bin.ts';

export const options = z
  .strictObject({
    rec: dataFile.nullable().default(null).describe('MXNet record file of training images'),
    idx: dataFile
      .nullable()
      .default(null)
      .describe('its index; null for the file of the same name that ends in `.idx`'),
    classes: z
      .number()
      .int()
      .min(2)
      .nullable()
      .default(null)
      .describe(
        'number of classes, which labels stay below; null for what the file `property` beside it says, or no limit',
      ),
    pairs: dataFile.nullable().default(null).describe('`.bin` file of verification pairs'),
    folds: z.number().int().min(2).default(10).describe('folds of the pairs, in the order of the file'),
    split: splitRule
      .nullable()
      .default(null)
      .describe('what of the records is for training, validation and test; null for all to train'),
    openSet: splitOptions.openSet,
    ...imageOptions,
  })
  .refine(({ rec, pairs }) => rec !== null || pairs !== null, { error: 'give `rec`, or `pairs`, or both' });

/** Options of MXNet record files. */
export type RecordIoOptions = z.output<typeof options>;

/**
 * Reads training images from a record file and verification pairs from a `.bin` file, whose images have no class.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function recordIo(options: RecordIoOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const bin = options.pairs === null ? undefined : await readVerificationBin(await locateFile(options.pairs, context));
  const records = options.rec === null ? undefined : await recordImages(options.rec, options, context);
  // A verification set may be called as the records are.
  const isNamesake = bin !== undefined && records?.images.name(0).split('/')[0] === bin.images.name(0).split('/')[0];
  const pairImages = bin && (isNamesake ? renamedImages(bin.images, (name) => `pairs/${name}`) : bin.images);
  const sets = [...(records ? [records.images] : []), ...(pairImages ? [pairImages] : [])];
  return closeOnFailure(severalImages(sets), async (images) => {
    const { labels = new Int32Array(), classNames = [] } = records ?? {};
    const all = new Int32Array(images.length).fill(-1);
    all.set(labels);
    const listing = { length: labels.length, name: images.name, labels, classNames };
    const rows =
      options.split === null
        ? { train: Int32Array.from(labels.keys()) }
        : await splitRows(options.split, listing, context);
    const source = [options.rec, options.pairs]
      .flatMap((file) => (file === null ? [] : [typeof file === 'string' ? file : file.url]))
      .join(', ');
    return {
      images,
      labels: all,
      classNames,
      rows,
      pairs: bin && pairsOf(bin, labels.length, options.folds),
      options,
      source,
    };
  });
}

/** The pairs in contiguous folds, the first ones a pair longer where the folds do not divide them. */
function pairsOf({ same }: VerificationBin, start: number, folds: number): RowPairs {
  const [least, longer] = [Math.floor(same.length / folds), same.length % folds];
  const edge = longer * (least + 1);
  const foldOf = (pair: number): number =>
    pair < edge ? Math.floor(pair / (least + 1)) : longer + Math.floor((pair - edge) / least);
  const pairs = Int32Array.from(same.keys());
  return {
    left: pairs.map((pair) => start + 2 * pair),
    right: pairs.map((pair) => start + 2 * pair + 1),
    same,
    fold: pairs.map(foldOf),
  };
}
