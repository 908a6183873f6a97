import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '../checkpoints/safetensors.ts';
import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedSplit, EvaluationInput } from '../contracts/evaluator.ts';
import type { StoredTensor } from '../engine/checkpoint.ts';

const version = '1';
const fileOf = (runDirectory: string, role: Role): string => join(runDirectory, 'embeddings', `${role}.safetensors`);

/** Keeps an embedded split with the centres in a run's folder, so that figures can be drawn again without the model. */
export async function saveEvaluation(runDirectory: string, split: EmbeddedSplit, input: EvaluationInput): Promise<void> {
  const { embeddings, labels, predictions, dim, role, classNames } = split;
  const tensors: StoredTensor[] = [
    { name: 'embedding', dtype: 'float32', shape: [labels.length, dim], data: embeddings },
    { name: 'label', dtype: 'int32', shape: [labels.length], data: labels },
  ];
  if (predictions) tensors.push({ name: 'prediction', dtype: 'int32', shape: [labels.length], data: predictions });
  for (const [name, centers] of input.centers) tensors.push({ name: `centers/${name}`, dtype: 'float32', shape: [centers.length / dim, dim], data: centers });
  await mkdir(join(runDirectory, 'embeddings'), { recursive: true });
  await writeSafetensors(fileOf(runDirectory, role), tensors, { format: 'ablate-embeddings', version, role, classNames: JSON.stringify(classNames), trainingImages: String(input.trainingImages), seed: String(input.seed) });
}

/** What was kept of a run's evaluation; undefined where nothing was. */
export async function savedEvaluation(runDirectory: string, role: Role): Promise<EvaluationInput | undefined> {
  const found = await readSafetensors(fileOf(runDirectory, role)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (!found) return undefined;
  const { tensors, metadata } = found;
  const embedding = tensors.get('embedding')!;
  const predictions = tensors.get('prediction')?.data as Int32Array | undefined;
  const split: EmbeddedSplit = {
    role,
    dim: embedding.shape[1]!,
    embeddings: embedding.data as Float32Array,
    labels: tensors.get('label')!.data as Int32Array,
    classNames: JSON.parse(metadata['classNames']!) as string[],
    ...(predictions && { predictions }),
  };
  const centers = new Map([...tensors].flatMap(([name, { data }]) => (name.startsWith('centers/') ? [[name.slice('centers/'.length), data as Float32Array] as const] : [])));
  return {
    role,
    split: async (wanted) => (wanted === role ? split : undefined),
    pairs: async () => undefined,
    centers,
    trainingImages: Number(metadata['trainingImages']),
    seed: Number(metadata['seed']),
  };
}
