import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Evaluation } from '../../contracts/evaluator.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { backboneOfRun, type BackboneOfRun } from '../evaluate/backbone-of-run.ts';
import { postProcessingOf } from '../evaluate/kept-post-processing.ts';
import { postProcessingFile } from '../execute/keep-post-processing.ts';
import type { InnerUse } from '../../contracts/plugin.ts';
import { validatedPoints } from '../evaluate/validated-points.ts';
import type { PastRun } from '../evaluate/read-run.ts';
import { imageShapeOf } from '../evaluate/run-images.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { exportFormats, type ExportSource } from './formats.ts';
import { preprocessingOf, type Preprocessing } from './preprocessing.ts';
import { traceBackbone } from './trace-backbone.ts';

/** Largest difference that other programs' rounding makes, as a share of the largest number of an embedding. */
const tolerance = 1e-4;

/** Images that a model is checked with. */
const checkedImages = 3;

/** What is exported, and where to. */
export interface ExportTask {
  readonly catalogue: Catalogue;
  /** A name of `exportFormats`. */
  readonly format: string;
  /** A folder that is empty or is made. */
  readonly out: string;
  readonly checkpoint?: string;
  readonly warn: (message: string) => void;
}

/** What `export.json` says beside the model. */
export interface ExportReport {
  readonly format: string;
  readonly ablate: string;
  readonly run: string;
  readonly backbone: { readonly plugin: string; readonly options: object };
  /** Training steps of the checkpoint. */
  readonly step: number;
  readonly input: { readonly name: 'images'; readonly shape: readonly number[] };
  readonly output: { readonly name: 'embedding'; readonly shape: readonly number[] };
  readonly preprocessing: Preprocessing;
  /** Thresholds and calibration that validation chose at this step, by protocol; absent where it chose none. */
  readonly operatingPoints?: Evaluation['operatingPoints'];
  /** What evaluators have embeddings go through, by name; what it learned lies in `post-processing.safetensors`. */
  readonly postProcessing?: Readonly<Record<string, readonly InnerUse[]>>;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  /**
   * How the model was compared with the run's: the largest difference as a share of the largest number, or why it was
   * not.
   */
  readonly check: { readonly images: number; readonly largestDifference: number } | { readonly unchecked: string };
}

/**
 * Writes a run's backbone in a format of other programs, with what an image must go through, and checks that it gives
 * the same embeddings. The device must have been chosen.
 *
 * @throws AblateError EXPORT_UNSUPPORTED where it cannot be written here or gives other embeddings; USAGE where `out`
 * is not empty
 */
export async function exportRun(
  run: PastRun,
  { catalogue, format: name, out, checkpoint, warn }: ExportTask,
): Promise<ExportReport> {
  const format = exportFormats[name]!;
  await format.require?.();
  await mkdir(out, { recursive: true });
  if ((await readdir(out)).length > 0)
    throw new AblateError('USAGE', `The folder ${out} is not empty.`, {
      remedy: 'Name one that is empty or not there yet.',
    });
  const imageShape = imageShapeOf(run);
  const made = await backboneOfRun(run, { catalogue, imageShape, checkpoint, warn });
  const images = tf.tensor4d(probe(run.spec.seed, checkedImages * tf.util.sizeFromShape([...imageShape])), [
    checkedImages,
    ...imageShape,
  ]);
  const traced = traceBackbone(made, imageShape);
  try {
    const source: ExportSource = { ...made, graph: traced.graph };
    const expected = await embeddingsOf(made, images);
    const names = [...(await format.write(out, source)), ...(await copiedPostProcessing(run, out))];
    const files = await Promise.all(
      names.map(async (file) => {
        const content = await readFile(join(out, file));
        return { name: file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
      }),
    );
    const found = await format.embed(out, images, source);
    const { plugin, options } = run.spec.backbone;
    const postProcessing = postProcessingOf(run.spec);
    const operatingPoints = validatedPoints(run, made.step);
    const report: ExportReport = {
      format: name,
      ablate: frameworkVersion,
      run: run.folder.id,
      backbone: { plugin, options },
      step: made.step,
      input: { name: 'images', shape: [-1, ...imageShape] },
      output: { name: 'embedding', shape: [-1, made.backbone.dim] },
      preprocessing: preprocessingOf(run, imageShape),
      ...(operatingPoints && { operatingPoints }),
      ...(Object.keys(postProcessing).length > 0 && { postProcessing }),
      files,
      check:
        'unchecked' in found ? found : { images: checkedImages, largestDifference: requireSame(expected, found, name) },
    };
    await writeAtomically(join(out, 'export.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    return report;
  } finally {
    tf.dispose(images);
    traced.dispose();
    made.dispose();
  }
}

/** Copies what post-processors of the run learned, where they learned something; gives the names of the files. */
async function copiedPostProcessing({ folder }: PastRun, out: string): Promise<string[]> {
  const file = postProcessingFile(folder);
  if (!existsSync(file)) return [];
  await copyFile(file, join(out, basename(file)));
  return [basename(file)];
}

/** Pixels of images of noise in [−1, 1]. */
function probe(seed: number, count: number): Float32Array {
  const random = new RandomStreams(seed).stream('export');
  return Float32Array.from({ length: count }, () => random.between(-1, 1));
}

async function embeddingsOf({ backbone, step }: BackboneOfRun, images: tf.Tensor4D): Promise<Float32Array> {
  const embedding = tf.tidy(() => backbone.forward(images, { training: false, step }));
  return embedding.data<'float32'>().finally(() => embedding.dispose());
}

/** @throws AblateError EXPORT_UNSUPPORTED where the embeddings differ by more than rounding */
function requireSame(expected: Float32Array, found: Float32Array, format: string): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
  const difference = expected.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - found[index]!) / scale),
    0,
  );
  if (found.length === expected.length && difference <= tolerance) return difference;
  const what =
    found.length === expected.length
      ? `${difference} of the largest number`
      : `${found.length} numbers instead of ${expected.length}`;
  throw new AblateError(
    'EXPORT_UNSUPPORTED',
    `The exported model (${format}) gives other embeddings than the run's: they differ by ${what}.`,
    { remedy: 'Do not use what was written; export the weights alone with --format safetensors.' },
  );
}
