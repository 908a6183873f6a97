import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import type { Raster } from '../../contracts/augmentation.ts';
import type { PluginManifest } from '../../contracts/plugin.ts';
import type { ImageShape } from '../../contracts/dataset.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { applyAugmentations, type NamedAugmentation } from '../augmentations/apply-augmentations.ts';
import { fileKindClause } from '../files/file-kind.ts';
import type { Box } from './box-crop.ts';
import { decodeImage, type ImageRecipe } from './decode-image.ts';
import type { ImageCall, PreparedList } from './image-preparation.ts';

/** What a worker needs to know beside its jobs. */
export interface DecodeSetup {
  readonly recipe: ImageRecipe;
  readonly lists: readonly PreparedList[];
  /** Seed and scope of the random numbers. */
  readonly seed: number;
  readonly scope: string;
}

/** One image for a worker: a file's bytes, or pixels where `shape` is given; and the list that it goes through. */
export interface DecodeJob {
  readonly bytes: Uint8Array;
  readonly shape?: ImageShape | undefined;
  /** The part of a file's image that counts. */
  readonly box?: Box | undefined;
  readonly call?: ImageCall | undefined;
}

/** What a worker answers for one job: the pixels, why there are none, or why a list failed. */
export type DecodeAnswer =
  | { readonly pixels: Uint8Array<ArrayBuffer> }
  | { readonly fault: string }
  | { readonly listFault: string };

/** Jobs for a worker and its answers, in the same order, under a number that pairs them. */
export interface DecodeRequest {
  readonly id: number;
  readonly jobs: readonly DecodeJob[];
}
/** What a decoding thread answers to a `DecodeRequest`: an answer for each of its jobs, in their order. */
export interface DecodeResponse {
  readonly id: number;
  readonly answers: readonly DecodeAnswer[];
}

const { recipe, lists, seed, scope } = workerData as DecodeSetup;
const streams = new RandomStreams(seed, scope);
// Threads are the pool's business: each worker decodes one image at a time.
sharp.concurrency(1);
sharp.cache(false);

const made = new Map<number, Promise<NamedAugmentation[]>>();

parentPort!.on('message', async ({ id, jobs }: DecodeRequest) => {
  const answers: DecodeAnswer[] = [];
  for (const job of jobs) answers.push(await answer(job));
  const pixels = answers.flatMap((one) => ('pixels' in one ? [one.pixels.buffer] : []));
  parentPort!.postMessage({ id, answers } satisfies DecodeResponse, pixels);
});

async function answer({ bytes, shape, box, call }: DecodeJob): Promise<DecodeAnswer> {
  let image: Raster;
  try {
    image = shape
      ? { data: bytes, height: shape[0], width: shape[1], channels: shape[2] }
      : await decodeImage(bytes, recipe, box);
  } catch (error) {
    const fault = (error as Error).message.trim().replace(/\s*\n\s*/g, '; ');
    return { fault: fault + (fault.endsWith('unsupported image format') ? fileKindClause(bytes) : '') };
  }
  if (call) {
    const { path, size } = lists[call.list]!;
    try {
      image = await applyAugmentations(image, await listOf(call.list), streams, call.counters);
    } catch (error) {
      return { listFault: `${path}: ${(error as Error).message}` };
    }
    if (image.height !== size[0] || image.width !== size[1])
      return {
        listFault: `${path} leaves ${image.height} × ${image.width} pixels of it, and ${size.join(' × ')} of the first image`,
      };
  }
  // A copy of its own: a buffer of sharp's may lie in memory that cannot be handed to another thread.
  return { pixels: new Uint8Array(image.data) };
}

/** The augmentations of a list, made once. */
function listOf(index: number): Promise<NamedAugmentation[]> {
  const found =
    made.get(index) ??
    Promise.all(
      lists[index]!.steps.map(async ({ name, module, options }) => {
        const { default: manifest } = (await import(module)) as { default: PluginManifest<'augmentation'> };
        const file = fileURLToPath(module);
        const source = `The augmentation "${name}"`;
        const entry = { manifest, origin: 'path', source, version: '', location: path.dirname(file), file } as const;
        return { name, augmentation: await makeComponent(entry, options, { streams }, false) };
      }),
    );
  made.set(index, found);
  return found;
}
