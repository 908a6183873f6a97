import * as zlib from 'node:zlib';
import { AblateError } from 'ablate-ml';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
} from 'hyparquet';

/** Row groups whose images are kept at a time: training in order meets one, a shuffled one meets many. */
const keptGroups = 4;

/** Node has it from 22.15 on. */
const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: (input: Uint8Array) => Uint8Array };
const compressors: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ...(zstdDecompressSync && { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) }),
};

/** A Parquet file, read by columns and row groups. */
export class ParquetFile {
  readonly path: string;
  readonly length: number;
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;
  /** First row of each row group, and the number of rows. */
  readonly #starts: readonly number[];
  readonly #groups = new Map<number, Promise<readonly unknown[]>>();

  private constructor(path: string, file: AsyncBuffer, metadata: FileMetaData) {
    this.path = path;
    this.#file = file;
    this.#metadata = metadata;
    this.length = Number(metadata.num_rows);
    let start = 0;
    this.#starts = [0, ...metadata.row_groups.map(({ num_rows }) => (start += Number(num_rows)))];
  }

  /** Opens a file. @throws AblateError DATA_INVALID */
  static async open(path: string): Promise<ParquetFile> {
    try {
      const file = await asyncBufferFromFile(path);
      return new ParquetFile(path, file, await parquetMetadataAsync(file));
    } catch (cause) {
      throw new AblateError(
        'DATA_INVALID',
        `${path} is not a Parquet file that can be read: ${(cause as Error).message}.`,
        {
          cause,
          remedy: 'Fetch it again.',
        },
      );
    }
  }

  /** Names of the columns. */
  get columns(): readonly string[] {
    const [root, ...elements] = this.#metadata.schema;
    const names: string[] = [];
    for (let at = 0; names.length < (root?.num_children ?? 0); at += sizeOf(elements, at))
      names.push(elements[at]!.name);
    return names;
  }

  /** Names of a column's classes, where Hugging Face's features beside the columns say them. */
  classNames(column: string): readonly string[] | undefined {
    const features = this.#metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
    if (features === undefined) return undefined;
    const parsed = JSON.parse(features) as { info?: { features?: Record<string, { names?: string[] }> } };
    return parsed.info?.features?.[column]?.names;
  }

  /** Reads whole columns. @throws AblateError DATA_INVALID */
  async read(
    columns: readonly string[],
    rowStart = 0,
    rowEnd = this.length,
  ): Promise<readonly Record<string, unknown>[]> {
    try {
      const part = { file: this.#file, metadata: this.#metadata, compressors, rowStart, rowEnd, utf8: false };
      return await parquetReadObjects({ ...part, columns: [...columns] });
    } catch (cause) {
      throw new AblateError('DATA_INVALID', `${this.path} cannot be read: ${(cause as Error).message}.`, {
        cause,
        remedy: 'Fetch it again, or write it anew with snappy compression.',
      });
    }
  }

  /** Reads a cell; the cells of its row group are kept for a while. @throws AblateError DATA_INVALID */
  async cell(column: string, row: number): Promise<unknown> {
    const group = this.#starts.findLastIndex((start) => start <= row);
    const start = this.#starts[group]!;
    const cells =
      this.#groups.get(group) ??
      this.read([column], start, this.#starts[group + 1]).then((rows) => rows.map((cell) => cell[column]));
    this.#groups.delete(group);
    this.#groups.set(group, cells);
    if (this.#groups.size > keptGroups) this.#groups.delete(this.#groups.keys().next().value!);
    return (await cells)[row - start];
  }
}

/** Schema elements that one at a place takes up, with all below it. */
function sizeOf(elements: FileMetaData['schema'], at: number): number {
  let size = 1;
  for (let child = 0; child < (elements[at]?.num_children ?? 0); child++) size += sizeOf(elements, at + size);
  return size;
}
