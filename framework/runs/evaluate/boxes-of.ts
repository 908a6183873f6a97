import { AblateError } from '../../base/errors/ablate-error.ts';
import { cropBoxes, type CropOption } from '../../data/images/box-crop.ts';
import type { EncodedImages } from '../../data/images/encoded-images.ts';
import { readCsv } from '../../data/lists/csv-table.ts';

const sides = ['left', 'top', 'right', 'bottom'] as const;

/**
 * Reads the boxes of images from a CSV file whose first line names `name`, `left`, `top`, `right` and `bottom`; an
 * image that it does not list stays whole. The margin is the run's own.
 *
 * @returns by row of `images`, as `cropBoxes` gives them
 * @throws AblateError DATA_INVALID naming the line that holds no box, or an image that is not there
 */
export async function boxesOf(
  file: string,
  images: Pick<EncodedImages, 'length' | 'name'>,
  crop: CropOption = null,
): Promise<Float64Array> {
  const { rows, lines } = await readCsv(file, ['name', ...sides], true);
  const rowOf = new Map(Array.from({ length: images.length }, (_, row) => [images.name(row), row]));
  const values = new Float64Array(images.length * 4).fill(NaN);
  for (const [at, [name, ...cells]] of rows.entries()) {
    const row = rowOf.get(name!);
    if (row === undefined)
      throw new AblateError('DATA_INVALID', `${file}:${lines[at]} has a box of ${name}, and no image is called so.`, {
        remedy: 'Name images by their path below the folder, with / between folders.',
      });
    const box = cells.map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    if (box.some(Number.isNaN))
      throw new AblateError('DATA_INVALID', `${file}:${lines[at]} has no box: ${cells.join(', ')}.`, {
        remedy: `Write ${sides.join(', ')} in pixels.`,
      });
    values.set(box, row * 4);
  }
  const padding = typeof crop === 'object' && crop !== null ? crop.padding : 0;
  return cropBoxes({ column: 'box', padding }, { box: { kind: 'box', values } })!;
}
