import { stat } from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { EmbeddingRows } from '../../contracts/post-processor.ts';
import type { EmbeddingStream } from '../../data/embeddings/embedding-stream.ts';
import { openArrays } from '../../data/embeddings/open-arrays.ts';
import { readEmbeddings } from '../../data/embeddings/read-embeddings.ts';
import { embeddingsSource } from '../../math/metrics/row-source.ts';
import { unitRows } from '../../math/metrics/unit-rows.ts';
import type { IndexManifest } from '../../records/search-index/index-manifest.ts';
import { oneRun } from '../plan/one-run.ts';
import { embedImages, type EmbeddingTask } from './embed-images.ts';
import { readRun, type PastRun } from './read-run.ts';

/** Numbers from which on a file's rows are read in parts: 64 MiB. */
const wholeInMemory = 2 ** 24;
/** Rows read at a time. */
const rowsAtOnce = 4096;

/** Hands the embeddings of a file over; they are valid during the call. @throws AblateError as `readEmbeddings` */
export async function embeddingsOfFile<T>(file: string, take: (embeddings: EmbeddingStream) => Promise<T>): Promise<T> {
  const arrays = await openArrays(file, 'embedding');
  const { imageNames } = arrays;
  await arrays.close();
  const read = await readEmbeddings(file, undefined, wholeInMemory);
  const source = embeddingsSource(read);
  async function* rows(): AsyncGenerator<Float32Array> {
    for (let begin = 0; begin < source.count; begin += rowsAtOnce) {
      const end = Math.min(source.count, begin + rowsAtOnce);
      const part = new Float32Array((end - begin) * source.dim);
      source.copy(begin, end, part, 0);
      yield part;
    }
  }
  try {
    return await take({
      count: source.count,
      dim: source.dim,
      rows: rows(),
      labels: read.labels,
      classNames: read.classNames,
      name: (row) => imageNames?.[row] ?? String(row),
    });
  } finally {
    read.close?.();
  }
}

/** What embedding images by a run takes, beside where they go. */
export type ImageTask = Omit<EmbeddingTask, 'out'>;

/** Hands the embeddings of images by a run over, with the steps of its checkpoint. @throws AblateError */
export async function embeddingsOfImages<T>(
  run: PastRun,
  task: ImageTask,
  take: (embeddings: EmbeddingStream, step: number) => Promise<T>,
): Promise<T> {
  let taken: T | undefined;
  await embedImages(run, {
    ...task,
    out: async (content, step) => {
      taken = await take(content, step);
    },
  });
  return taken!;
}

/** Tells whether a name given on a command line is a run's folder rather than a file of embeddings. */
export const isRunFolder = async (source: string): Promise<boolean> =>
  (await stat(source).catch(() => undefined))?.isDirectory() ?? false;

/**
 * Reads the run that an index was built with.
 *
 * @throws AblateError USAGE where it was built from a file; RUN_FOLDER where the run is gone
 */
export async function runOfIndex({ run }: IndexManifest, directory: string): Promise<PastRun> {
  if (run) return readRun(await oneRun(run.folder));
  throw new AblateError('USAGE', `The index ${directory} was built from a file: no run says how images are embedded.`, {
    remedy: 'Give embeddings: --embeddings FILE.',
  });
}

/**
 * Makes sure that images are embedded as those of the index were.
 *
 * @throws AblateError USAGE where the run has another checkpoint by now
 */
export function requireStep({ run }: IndexManifest, step: number): void {
  if (!run || run.step === step) return;
  throw new AblateError(
    'USAGE',
    `The index holds embeddings by step ${run.step} of the run, and these are by ${step}.`,
    {
      remedy: 'Name that checkpoint with --checkpoint, or build the index again.',
    },
  );
}

/** Reads all rows into memory. */
export async function collectedRows({ count, dim, rows }: EmbeddingStream): Promise<EmbeddingRows> {
  const values = new Float32Array(count * dim);
  let at = 0;
  for await (const part of rows) {
    values.set(part, at);
    at += part.length;
  }
  return { values, dim };
}

/**
 * Pools the rows of each class into one of length 1, the mean of its rows of length 1: a template that is enrolled. Rows
 * of no class stay by themselves, after the templates.
 */
export function templatesOf(embeddings: EmbeddingStream): EmbeddingStream {
  const { dim, labels, classNames } = embeddings;
  const used = [...new Set(labels.filter((label) => label >= 0))].sort((a, b) => a - b);
  const place = new Map(used.map((label, index) => [label, index]));
  const single = [...labels.keys()].filter((row) => labels[row]! < 0);
  async function* rows(): AsyncGenerator<Float32Array> {
    const sums = new Float64Array(used.length * dim);
    const others = new Float32Array(single.length * dim);
    let [row, other] = [0, 0];
    for await (const part of embeddings.rows) {
      const unit = unitRows(part, dim);
      for (let begin = 0; begin < unit.length; begin += dim, row++) {
        const template = place.get(labels[row]!);
        if (template === undefined) others.set(unit.subarray(begin, begin + dim), dim * other++);
        else for (let column = 0; column < dim; column++) sums[template * dim + column]! += unit[begin + column]!;
      }
    }
    yield unitRows(Float32Array.from(sums), dim);
    if (others.length > 0) yield others;
  }
  return {
    count: used.length + single.length,
    dim,
    rows: rows(),
    labels: Int32Array.from({ length: used.length + single.length }, (_, at) => used[at] ?? -1),
    classNames,
    name: (at) => (at < used.length ? classNames[used[at]!]! : embeddings.name(single[at - used.length]!)),
  };
}
