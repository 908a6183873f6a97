import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import type { Change } from './augmentation.ts';
import { changeImage } from './change-image.ts';
import { fileKindClause } from '../files/file-kind.ts';
import { decodeImage, type ImageRecipe } from './decode-image.ts';

/** One encoded image for a worker, and what to change about it. */
export interface DecodeJob {
  readonly bytes: Uint8Array;
  readonly change: Change | undefined;
}

/** What a worker answers for one job: the pixels, or why there are none. */
export type DecodeAnswer = { readonly pixels: Uint8Array<ArrayBuffer> } | { readonly fault: string };

/** Jobs for a worker and its answers, in the same order, under a number that pairs them. */
export interface DecodeRequest {
  readonly id: number;
  readonly jobs: readonly DecodeJob[];
}
export interface DecodeResponse {
  readonly id: number;
  readonly answers: readonly DecodeAnswer[];
}

const recipe = workerData as ImageRecipe;
// Threads are the pool's business: each worker decodes one image at a time.
sharp.concurrency(1);
sharp.cache(false);

parentPort!.on('message', async ({ id, jobs }: DecodeRequest) => {
  const answers: DecodeAnswer[] = [];
  for (const job of jobs) answers.push(await answer(job));
  const pixels = answers.flatMap((one) => ('pixels' in one ? [one.pixels.buffer] : []));
  parentPort!.postMessage({ id, answers } satisfies DecodeResponse, pixels);
});

async function answer({ bytes, change }: DecodeJob): Promise<DecodeAnswer> {
  try {
    const pixels = await decodeImage(bytes, recipe);
    // A copy of its own: a buffer of sharp's may lie in memory that cannot be handed to another thread.
    return { pixels: new Uint8Array(change ? changeImage(pixels, recipe.shape, change) : pixels) };
  } catch (error) {
    const fault = (error as Error).message.trim().replace(/\s*\n\s*/g, '; ');
    return { fault: fault + (fault.endsWith('unsupported image format') ? fileKindClause(bytes) : '') };
  }
}
