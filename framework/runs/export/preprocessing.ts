import type { ImageShape } from '../../contracts/dataset.ts';
import type { PastRun } from '../evaluate/read-run.ts';

/** How an image becomes what the exported model takes, as `export.json` says it. */
export interface Preprocessing {
  /** Order of the axes. */
  readonly layout: 'NHWC';
  readonly dtype: 'float32';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly color: 'gray' | 'rgb' | 'other';
  /** The column of boxes, and their margin, that images are cut to before all else; absent where they stay whole. */
  readonly crop?: unknown;
  /** How other proportions are brought to this size; null where the data set has no such option. */
  readonly fit: unknown;
  /** The filter that resizes. */
  readonly resize: 'lanczos3';
  /** What the image then goes through, `augment.test` of the spec; absent where that is nothing. */
  readonly augment?: readonly object[];
  /** Whether light and dark change places before the scaling. */
  readonly invert: boolean;
  /** A byte b becomes b · scale + offset: −1 for black, 1 for white. */
  readonly scale: number;
  readonly offset: number;
}

/** Describes what a run's data set does to an image in evaluation. */
export function preprocessingOf({ spec }: PastRun, [height, width, channels]: ImageShape): Preprocessing {
  const { crop, fit, invert } = spec.dataset.options;
  const test = spec.augment?.test ?? [];
  const color = channels === 1 ? 'gray' : channels === 3 ? 'rgb' : 'other';
  return {
    layout: 'NHWC',
    dtype: 'float32',
    height,
    width,
    channels,
    color,
    ...(crop != null && { crop }),
    fit: fit ?? null,
    resize: 'lanczos3',
    ...(test.length > 0 && { augment: test.map(({ plugin, options }) => ({ [plugin]: options })) }),
    invert: invert === true,
    scale: 1 / 127.5,
    offset: -1,
  };
}
