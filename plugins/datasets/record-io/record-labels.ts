import { AblateError } from 'ablate-ml';
import type { RecordFile } from './record-file.ts';
import type { RecordIndex } from './record-index.ts';

/** Which records are images, and of what class. */
export interface LabeledRecords {
  /** Positions in the index of the records that are images. */
  readonly positions: Float64Array;
  readonly labels: Int32Array;
}

/** Records read at a time. */
const chunk = 256;
/** Most classes of a record file, twice as many as the largest face set has people; each has a name in memory. */
export const maxClasses = 2 ** 23;

/**
 * Reads the labels of all images. Face sets have a record of key 0 that says where the records of identities begin and
 * end; each of these says where its images do, so that two reads an identity give all labels. Elsewhere every record is
 * an image and read once.
 *
 * @param classes what labels must stay below, or undefined for any
 * @throws AblateError DATA_INVALID naming the key of a record whose label is outside the range
 */
export async function labelRecords(
  records: RecordFile,
  { keys }: RecordIndex,
  classes: number | undefined,
): Promise<LabeledRecords> {
  const checked = (label: number, position: number): number => {
    if (Number.isInteger(label) && label >= 0 && label < (classes ?? maxClasses)) return label;
    throw new AblateError(
      'DATA_INVALID',
      `${records.file} gives record ${keys[position]} the label ${label}, which is not ${classes === undefined ? `a whole number from 0 to ${maxClasses - 1}` : `one of ${classes} classes from 0`}.`,
    );
  };
  const first = await records.read(0);
  if (keys[0] !== 0 || first.labels.length < 2 || first.image.length > 0) {
    const all = Float64Array.from(keys.keys());
    const found = await inChunks(all, async (position) => checked((await records.read(position)).labels[0]!, position));
    return { positions: all, labels: Int32Array.from(found) };
  }
  const positionOf = new Map(Array.from(keys, (key, position) => [key, position]));
  const at = (key: number): number => {
    const position = positionOf.get(key);
    if (position !== undefined) return position;
    throw new AblateError('DATA_INVALID', `${records.file} speaks of a record ${key}, which its index lacks.`);
  };
  // No record is named twice: what claims more of them than there are is refused before their keys are counted up.
  let named = 0;
  const keysOf = (labels: readonly number[]): number[] => {
    const [from, to] = [labels[0] ?? 0, labels[1] ?? 0];
    named += Math.max(0, to - from);
    if (named <= keys.length) return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    throw new AblateError(
      'DATA_INVALID',
      `${records.file} speaks of the records ${from} to ${to}, and its index has ${keys.length} in all.`,
    );
  };
  const identities = keysOf(first.labels).map(at);
  const groups = await inChunks(identities, async (position) => {
    const images = keysOf((await records.read(position)).labels).map(at);
    return {
      images,
      label: images.length === 0 ? 0 : checked((await records.read(images[0]!)).labels[0]!, images[0]!),
    };
  });
  const taken = new Set<number>();
  for (const { images } of groups) {
    for (const position of images) {
      if (taken.has(position))
        throw new AblateError('DATA_INVALID', `${records.file} gives record ${keys[position]} to two identities.`, {
          remedy: 'Get the record file and its index again.',
        });
      taken.add(position);
    }
  }
  return {
    positions: Float64Array.from(groups.flatMap(({ images }) => images)),
    labels: Int32Array.from(groups.flatMap(({ images, label }) => images.map(() => label))),
  };
}

async function inChunks<T>(positions: ArrayLike<number>, ask: (position: number) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (let begin = 0; begin < positions.length; begin += chunk) {
    found.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(chunk, positions.length - begin) }, (_, offset) =>
          ask(positions[begin + offset]!),
        ),
      )),
    );
  }
  return found;
}
