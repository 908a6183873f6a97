import type { z } from 'zod';
import { readSafetensors } from '../records/checkpoints/safetensors.ts';
import type { StoredTensor } from '../contracts/checkpoint.ts';
import { AblateError } from '../base/errors/ablate-error.ts';

/** Sizes that an array has to have; undefined for any. */
type Sizes = readonly (number | undefined)[];

/** Gives undefined for a file that is not there; throws what else keeps it from being read. */
export function ifMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT') return undefined;
  throw cause;
}

/** Arrays that a run has kept for its figures, each checked as it is asked for. */
export class SavedArrays {
  readonly metadata: Readonly<Record<string, string>>;
  readonly #file: string;
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  private constructor(file: string, { metadata, tensors }: Awaited<ReturnType<typeof readSafetensors>>) {
    this.#file = file;
    this.metadata = metadata;
    this.#tensors = tensors;
  }

  /** Reads a file of arrays; undefined where there is none. @throws AblateError CHECKPOINT_INVALID, DATA_INVALID */
  static async read(file: string): Promise<SavedArrays | undefined> {
    const found = await readSafetensors(file, true).catch((cause: NodeJS.ErrnoException) => {
      if (cause instanceof AblateError) throw cause;
      if (cause.code === 'ENOENT') return undefined;
      throw new AblateError('DATA_INVALID', `${file} cannot be read: ${cause.message}.`, { cause });
    });
    return found && new SavedArrays(file, found);
  }

  /** Names of all arrays. */
  get names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  /** Tells whether there is an array of that name. */
  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Gives an array of float32. @throws AblateError DATA_INVALID where it is missing or has other sizes */
  numbers(name: string, sizes: Sizes): { readonly shape: readonly number[]; readonly data: Float32Array } {
    const { shape, data } = this.#array(name, sizes);
    return data instanceof Float32Array ? { shape, data } : this.#fail(`"${name}" is not of type F32`);
  }

  /** Gives an array of int32, each from 0 to less than `below` where that is given. @throws AblateError DATA_INVALID */
  integers(name: string, sizes: Sizes, below?: number): Int32Array {
    const { data } = this.#array(name, sizes);
    if (!(data instanceof Int32Array)) return this.#fail(`"${name}" is not of type I32`);
    const wrong = below === undefined ? undefined : data.find((value) => value < 0 || value >= below);
    return wrong === undefined ? data : this.#fail(`"${name}" holds ${wrong}, where ${below} are known`);
  }

  /**
   * Gives a value of the metadata. @throws AblateError DATA_INVALID where it is missing, no JSON or not of the schema
   */
  json<T>(key: string, schema: z.ZodType<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(this.metadata[key] ?? '');
    } catch {
      return this.#fail(`its ${key} are no JSON`);
    }
    const checked = schema.safeParse(value);
    return checked.success
      ? checked.data
      : this.#fail(`its ${key} are not what they should be: ${checked.error.issues[0]!.message}`);
  }

  #array(name: string, sizes: Sizes): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) return this.#fail(`it has no "${name}"`);
    const fits =
      tensor.shape.length === sizes.length &&
      sizes.every((size, axis) => size === undefined || size === tensor.shape[axis]);
    return fits
      ? tensor
      : this.#fail(
          `"${name}" has the shape [${tensor.shape.join(', ')}], where [${sizes.map((size) => size ?? 'any').join(', ')}] is expected`,
        );
  }

  #fail(what: string): never {
    throw new AblateError('DATA_INVALID', `${this.#file} is not what a run keeps for its figures: ${what}.`, {
      remedy: 'Remove it; evaluating or training the run again writes it anew.',
    });
  }
}
