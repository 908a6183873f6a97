import { AblateError } from '../../base/errors/ablate-error.ts';
import { boxAt } from './box-crop.ts';
import type { DecodePool } from './decode-pool.ts';
import { pixelsOf } from './prepare-rasters.ts';
import type { EncodedImages } from './encoded-images.ts';
import type { ImageCall } from './image-preparation.ts';

/** Images that could not be decoded: their rows, and why. */
export type BrokenRows = ReadonlyMap<number, string>;

/** Images decoded at a time where all are. */
const chunk = 512;
/** Broken images that a message names before it counts the rest. */
const named = 10;

/** Decodes rows of a set of images in worker threads. */
export class RowDecoder {
  readonly #images: EncodedImages;
  readonly #pool: DecodePool;
  readonly #skipBy: string;
  readonly #boxes: Float64Array | undefined;

  /**
   * @param skipBy what a person writes to have broken images skipped
   * @param boxes the part of each image that counts, row-major `[length, 4]`; all of it where they are left out
   */
  constructor(images: EncodedImages, pool: DecodePool, skipBy: string, boxes?: Float64Array) {
    this.#images = images;
    this.#skipBy = skipBy;
    this.#boxes = boxes;
    this.#pool = pool;
  }

  /**
   * Decodes `rows` into `into`, which has just room for them where it is given, each through the list that its call
   * names; the place of a broken image stays as it is.
   *
   * @throws AblateError DATA_INVALID where a list fails
   */
  async decode(rows: Int32Array, into: Uint8Array | undefined, calls?: readonly ImageCall[]): Promise<BrokenRows> {
    const broken = new Map<number, string>();
    const files = await Promise.all(Array.from(rows, (row) => this.#fileBytes(row, broken)));
    const read = files.flatMap((bytes, index) => (bytes ? [{ bytes, index }] : []));
    const answers = await this.#pool.decode(
      read.map(({ bytes, index }) => ({ bytes, box: boxAt(this.#boxes, rows[index]!), call: calls?.[index] })),
    );
    const size = (into?.length ?? 0) / rows.length;
    answers.forEach((answer, place) => {
      const { index } = read[place]!;
      if ('fault' in answer) broken.set(rows[index]!, answer.fault);
      else into?.set(pixelsOf(answer, this.#images.location(rows[index]!)), index * size);
    });
    return broken;
  }

  /** Bytes of an image; one that is not there any more, such as the target of a link, is broken. */
  async #fileBytes(row: number, broken: Map<number, string>): Promise<Uint8Array | undefined> {
    try {
      return await this.#images.read(row);
    } catch (cause) {
      if (!(cause instanceof AblateError && cause.code === 'DATA_NOT_FOUND')) throw cause;
      broken.set(row, cause.problem.replace(`${this.#images.location(row)} `, 'it ').replace(/\.$/, ''));
      return undefined;
    }
  }

  /** Decodes every image, into `into` or for the sake of what is broken alone. */
  async decodeAll(into?: Uint8Array): Promise<BrokenRows> {
    const broken = new Map<number, string>();
    const size = (into?.length ?? 0) / this.#images.length;
    for (let begin = 0; begin < this.#images.length; begin += chunk) {
      const rows = Int32Array.from(
        { length: Math.min(chunk, this.#images.length - begin) },
        (_, offset) => begin + offset,
      );
      const found = await this.decode(rows, into?.subarray(begin * size, (begin + rows.length) * size));
      found.forEach((fault, row) => broken.set(row, fault));
    }
    return broken;
  }

  /** Broken images in words, one a line: where they are, and why they are broken. */
  describe(broken: BrokenRows): string {
    const lines = [...broken].slice(0, named).map(([row, fault]) => `${this.#images.location(row)}: ${fault}`);
    return [...lines, ...(broken.size > named ? [`and ${broken.size - named} more`] : [])].join('\n  ');
  }

  /** @throws AblateError DATA_INVALID naming the broken images, where there are any */
  requireWhole(broken: BrokenRows): void {
    if (broken.size === 0) return;
    throw new AblateError(
      'DATA_INVALID',
      `${broken.size === 1 ? 'An image' : `${broken.size} images`} cannot be decoded:\n  ${this.describe(broken)}.`,
      {
        remedy: `Mend or remove what is broken, or leave it out with ${this.#skipBy}.`,
      },
    );
  }
}
