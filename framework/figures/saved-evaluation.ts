import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeSafetensors } from '../records/checkpoints/safetensors.ts';
import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedPairs, EmbeddedSplit, EvaluationInput } from '../contracts/evaluator.ts';
import type { StoredTensor } from '../contracts/checkpoint.ts';
import { writeAtomically } from '../base/system/write-atomically.ts';
import { ifMissing, SavedArrays } from './saved-arrays.ts';
import { sheetPictures } from './sheet-pictures.ts';

const version = '1';
const fileOf = (runDirectory: string, role: Role): string => join(runDirectory, 'embeddings', `${role}.safetensors`);
const sheetOf = (runDirectory: string, role: Role): string => join(runDirectory, 'embeddings', `${role}.webp`);

/**
 * Keeps an embedded split with the centers, pairs and small pictures in a run's folder, so that figures can be drawn
 * again without the model.
 */
export async function saveEvaluation(
  runDirectory: string,
  split: EmbeddedSplit,
  input: EvaluationInput,
): Promise<void> {
  const { embeddings, labels, predictions, dim, role, classNames } = split;
  const whole = (name: string, data: Int32Array): StoredTensor => ({
    name,
    dtype: 'int32',
    shape: [data.length],
    data,
  });
  const tensors: StoredTensor[] = [
    { name: 'embedding', dtype: 'float32', shape: [labels.length, dim], data: embeddings },
    whole('label', labels),
  ];
  if (predictions) tensors.push(whole('prediction', predictions));
  for (const [name, centers] of input.centers)
    tensors.push({ name: `centers/${name}`, dtype: 'float32', shape: [centers.length / dim, dim], data: centers });
  const pairs = role === 'pairs' ? await input.pairs() : undefined;
  if (pairs)
    tensors.push(
      whole('left', pairs.left),
      whole('right', pairs.right),
      whole('same', Int32Array.from(pairs.same)),
      whole('fold', pairs.fold),
    );
  await mkdir(join(runDirectory, 'embeddings'), { recursive: true });
  const sheet = await split.pictures?.sheet();
  if (sheet) await writeAtomically(sheetOf(runDirectory, role), sheet.image);
  const pictures = sheet &&
    split.pictures && { key: split.pictures.key, tile: sheet.tile, columns: sheet.columns, rows: sheet.rows };
  await writeSafetensors(fileOf(runDirectory, role), tensors, {
    format: 'ablate-embeddings',
    version,
    role,
    classNames: JSON.stringify(classNames),
    trainingImages: String(input.trainingImages),
    seed: String(input.seed),
    ...(pictures && { pictures: JSON.stringify(pictures) }),
  });
}

interface Saved {
  readonly split: EmbeddedSplit;
  readonly pairs?: Omit<EmbeddedPairs, 'images'>;
  readonly centers: EvaluationInput['centers'];
  readonly metadata: Readonly<Record<string, string>>;
}

const classNamesSchema = z.array(z.string());
const picturesSchema = z.object({
  key: z.string(),
  tile: z.tuple([z.int().min(1), z.int().min(1)]),
  columns: z.int().min(1),
  rows: z.array(z.int().min(0)),
});

async function savedRole(runDirectory: string, role: Role): Promise<Saved | undefined> {
  const saved = await SavedArrays.read(fileOf(runDirectory, role));
  if (!saved) return undefined;
  const embeddings = saved.numbers('embedding', [undefined, undefined]);
  const [length, dim] = embeddings.shape as [number, number];
  const classNames = saved.json('classNames', classNamesSchema);
  const image =
    saved.metadata['pictures'] === undefined ? undefined : await readFile(sheetOf(runDirectory, role)).catch(ifMissing);
  const kept = image && saved.json('pictures', picturesSchema);
  const split: EmbeddedSplit = {
    role,
    dim,
    embeddings: embeddings.data,
    labels: saved.integers('label', [length], classNames.length),
    classNames,
    ...(saved.has('prediction') && { predictions: saved.integers('prediction', [length]) }),
    ...(image && kept && { pictures: sheetPictures(kept.key, { ...kept, image }) }),
  };
  return {
    split,
    metadata: saved.metadata,
    centers: centersOf(saved, dim),
    ...(saved.has('left') && { pairs: pairsOf(saved, length) }),
  };
}

function pairsOf(saved: SavedArrays, images: number): Omit<EmbeddedPairs, 'images'> {
  const left = saved.integers('left', [undefined], images);
  const parallel = (name: string, below?: number): Int32Array => saved.integers(name, [left.length], below);
  return { left, right: parallel('right', images), same: Uint8Array.from(parallel('same', 2)), fold: parallel('fold') };
}

function centersOf(saved: SavedArrays, dim: number): EvaluationInput['centers'] {
  const prefix = 'centers/';
  return new Map(
    saved.names
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), saved.numbers(name, [undefined, dim]).data]),
  );
}

/** Roles that figures may ask for beside the one under evaluation. */
const others: readonly Role[] = ['pairs', 'probe', 'gallery'];

/** Opens what was kept of a run's evaluation; undefined where nothing was. Each role is read when it is asked for. */
export async function savedEvaluation(runDirectory: string, role: Role): Promise<EvaluationInput | undefined> {
  const known = new Map<Role, Promise<Saved | undefined>>();
  const read = (wanted: Role): Promise<Saved | undefined> => {
    if (!known.has(wanted)) known.set(wanted, savedRole(runDirectory, wanted));
    return known.get(wanted)!;
  };
  let first: Saved | undefined;
  for (const candidate of [role, ...others]) first ??= await read(candidate);
  if (!first) return undefined;
  return {
    role,
    split: async (wanted, mirrored = false) => (mirrored ? undefined : (await read(wanted))?.split),
    pairs: async (mirrored = false) => {
      const saved = mirrored ? undefined : await read('pairs');
      return saved?.pairs && { ...saved.pairs, images: saved.split };
    },
    centers: first.centers,
    trainingImages: Number(first.metadata['trainingImages']),
    seed: Number(first.metadata['seed']),
  };
}
