import type { NumberTypeName } from './number-type.ts';

/** An array in a file, read only when it is asked for. */
export interface StoredArray {
  /** `json` for numbers of a JSON text, which are integers or not one by one. */
  readonly dtype: NumberTypeName | 'json';
  readonly shape: readonly number[];
  /**
   * Where its numbers lie in a file as they are, little-endian and uncompressed, from the byte `offset` on; absent
   * where they do not.
   */
  readonly place?: { readonly file: string; readonly offset: number };
  /** Quotes what stands at a place and is no number; absent where only numbers can. */
  quote?(place: number): string;
  /**
   * Hands on its values in row-major order, piece by piece; a piece is valid only during the call.
   *
   * @throws AblateError DATA_INVALID where the file holds fewer or more than `shape` says
   */
  read(take: (piece: ArrayLike<number>) => void): Promise<void>;
}

/** A file of named arrays. */
export interface ArrayFile {
  readonly file: string;
  /** Names of what it holds. */
  readonly names: readonly string[];
  /** @throws AblateError DATA_INVALID where the array of that name is none that can be read */
  array(name: string): Promise<StoredArray | undefined>;
  /** Names of the classes, where the file says them. */
  readonly classNames?: readonly string[];
  /** Names of the rows' images, where the file says them. */
  readonly imageNames?: readonly string[];
  close(): Promise<void>;
}

/** Counts the values of an array of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
