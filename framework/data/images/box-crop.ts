import { z } from 'zod';
import type { Columns } from '../../contracts/column.ts';
import type { ImageSize } from '../../contracts/augmentation.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';

/** Left, top, right and bottom in pixels of the stored image, right and bottom exclusive. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** A part of an image in whole pixels. */
export interface PixelRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const column = z.string().min(1);

/** Option `crop` of data sets of image files. */
export const cropOption = z
  .union([column, z.strictObject({ column, padding: z.number().min(0).max(10).default(0) })])
  .nullable()
  .default(null)
  .describe(
    "column of boxes that images are cut to before all else, or `{column, padding}` with a margin in shares of the box's sides; null for whole images",
  );

/** What `cropOption` gives. */
export type CropOption = z.output<typeof cropOption>;

/**
 * Reads the box of each image, its margin added; undefined where images stay whole.
 *
 * @param columns by row
 * @returns row-major `[length, 4]`, as a column of boxes
 * @throws AblateError DATA_INVALID where no column of boxes is called so
 */
export function cropBoxes(crop: CropOption, columns: Columns = {}): Float64Array | undefined {
  if (crop === null) return undefined;
  const { column: name, padding } = typeof crop === 'string' ? { column: crop, padding: 0 } : crop;
  const found = columns[name];
  if (found?.kind !== 'box') {
    const boxes = Object.keys(columns).filter((key) => columns[key]!.kind === 'box');
    const problem = found ? `holds no boxes: its kind is ${found.kind}` : 'is none of the data set';
    throw new AblateError('DATA_INVALID', `crop: the column "${name}" ${problem}.`, {
      given: name,
      remedy:
        didYouMean(name, boxes) ??
        (boxes.length > 0 ? `Write crop: ${boxes[0]}.` : 'Leave crop out: the data set knows no boxes.'),
    });
  }
  return found.values.map((value, at) => {
    const low = at % 4 < 2;
    const other = found.values[low ? at + 2 : at - 2]!;
    return value + padding * (low ? -1 : 1) * Math.abs(other - value);
  });
}

/** Gives the box of a row; undefined where it has none. */
export function boxAt(boxes: Float64Array | undefined, row: number): Box | undefined {
  const box = boxes?.subarray(row * 4, row * 4 + 4);
  return box && !Number.isNaN(box[0]) ? ([...box] as unknown as Box) : undefined;
}

/**
 * Finds the whole pixels that a box touches, cut off at the image's borders.
 *
 * @throws Error saying that no pixel is left, without the image's name
 */
export function boxRegion(box: Box, [height, width]: ImageSize): PixelRegion {
  const [left, top] = [Math.max(0, Math.floor(box[0])), Math.max(0, Math.floor(box[1]))];
  const [right, bottom] = [Math.min(width, Math.ceil(box[2])), Math.min(height, Math.ceil(box[3]))];
  if (left < right && top < bottom) return { left, top, width: right - left, height: bottom - top };
  throw new Error(`its box [${box.join(', ')}] leaves no pixel of its ${height} × ${width}`);
}

/** Computes where a part of a stored image lies once the image is turned as its EXIF orientation, 1 to 8, says. */
export function orientedRegion(
  { left, top, width, height }: PixelRegion,
  [tall, wide]: ImageSize,
  orientation: number,
): PixelRegion {
  const [fromRight, fromBottom] = [wide - left - width, tall - top - height];
  const x = [2, 3, 6, 7].includes(orientation);
  switch (orientation) {
    case 2:
    case 3:
    case 4:
      return { left: x ? fromRight : left, top: orientation === 2 ? top : fromBottom, width, height };
    case 5:
    case 6:
    case 7:
    case 8:
      return {
        left: x ? fromBottom : top,
        top: orientation === 5 || orientation === 6 ? left : fromRight,
        width: height,
        height: width,
      };
    default:
      return { left, top, width, height };
  }
}
