import { cacheDirectory } from '../../base/system/cache-directory.ts';
import type { EmbeddingStream } from '../../data/embeddings/embedding-stream.ts';
import { embeddingsWriter } from '../../data/embeddings/write-embeddings.ts';
import { embedBatches, type EmbeddingListener } from '../../training/engine/embed.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { keptPostProcessing } from './kept-post-processing.ts';
import { backboneOfRun } from './backbone-of-run.ts';
import type { PastRun } from './read-run.ts';
import { runImages } from './run-images.ts';

/** Which images are embedded, and where they go. */
export interface EmbeddingTask {
  readonly catalogue: Catalogue;
  /** A folder or a zip file, or encoded images in memory. */
  readonly images: string | readonly Uint8Array[];
  /** A CSV file of the parts of the images that count; they count whole where it is left out. */
  readonly boxes?: string | undefined;
  /** A file, `.safetensors`, `.npz` or `.json`, or what takes embeddings by the checkpoint of `step`. */
  readonly out: string | ((content: EmbeddingStream, step: number) => Promise<void>);
  /** A checkpoint's file; the run's newest where it is left out. */
  readonly checkpoint?: string;
  /** An evaluator of the run, whose `after` each embedding goes through; none where it is left out. */
  readonly after?: string | undefined;
  readonly broken: 'fatal' | 'skip';
  readonly onImages: EmbeddingListener;
  readonly warn: (message: string) => void;
}

/** What was written. */
export interface EmbeddedFile {
  readonly count: number;
  readonly dim: number;
  readonly classes: number;
  /** Training steps of the checkpoint. */
  readonly step: number;
}

/**
 * Embeds images by a run's backbone and writes the embeddings; the run's own data are not needed. The device must have
 * been chosen. Holds a batch of images and of embeddings at a time.
 *
 * @throws AblateError
 */
export async function embedImages(
  run: PastRun,
  { catalogue, images: source, boxes, out, checkpoint, after, broken, onImages, warn }: EmbeddingTask,
): Promise<EmbeddedFile> {
  const write = typeof out === 'string' ? await embeddingsWriter(out) : out;
  const processed = after === undefined ? undefined : await keptPostProcessing(run, after, catalogue);
  const streams = new RandomStreams(run.spec.seed);
  const files = { baseDirectory: process.cwd(), cacheDirectory: cacheDirectory(), warn };
  const { split, imageShape, close } = await runImages(
    run,
    source,
    { broken, catalogue, boxes },
    {
      streams: streams.scoped('dataset'),
      ...files,
    },
  );
  try {
    const { backbone, step, dispose } = await backboneOfRun(run, { catalogue, imageShape, checkpoint, warn });
    try {
      // A row of zeros tells how many columns come out.
      const zeros = { values: new Float32Array(backbone.dim), dim: backbone.dim };
      const { dim } = (await processed?.(zeros)) ?? backbone;
      const content = {
        count: split.length,
        dim,
        rows: rows(),
        labels: split.labels,
        classNames: split.classNames,
        name: (row: number) => split.source!(row),
      };
      await write(content, step);
      return { count: split.length, dim, classes: split.classNames.length, step };

      async function* rows(): AsyncGenerator<Float32Array> {
        for await (const { begin, embeddings } of embedBatches({ backbone, imageShape, step }, split)) {
          const odd = embeddings.findIndex((value) => !Number.isFinite(value));
          if (odd >= 0)
            throw new AblateError(
              'DATA_INVALID',
              `The embedding of ${split.source!(begin + Math.floor(odd / backbone.dim))} holds NaN or an infinite number.`,
              { remedy: 'Name a checkpoint from before the network diverged with --checkpoint.' },
            );
          yield (await processed?.({ values: embeddings, dim: backbone.dim }))?.values ?? embeddings;
          onImages('test', begin + embeddings.length / backbone.dim, split.length);
        }
      }
    } finally {
      dispose();
    }
  } finally {
    await close();
  }
}
