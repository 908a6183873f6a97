import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frameworkVersion, JournalReader, readSafetensors, writeAtomically, writeSafetensors, type RunEvent, type RunFolder, type RunSummary } from 'ablate-ml';
import { parse, stringify } from 'yaml';

type Started = Extract<RunEvent, { type: 'started' }>;

/** What an `MLmodel` file says, in the order in which MLflow writes it. */
export type MlModel = Readonly<Record<string, unknown>>;

const tensor = (shape: readonly number[], name?: string): object => ({ ...(name && { name }), type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, ...shape] } });

/** Images in, embeddings out; undefined for a journal that does not tell their shapes. */
function signatureOf({ imageShape, dim }: Started): object | undefined {
  return imageShape && dim ? { inputs: JSON.stringify([tensor(imageShape)]), outputs: JSON.stringify([tensor([dim])]), params: null } : undefined;
}

/** A name-based UUID: the same weights of the same run always have the same. */
function uuidOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * Writes `model/` into a finished run's folder: `model.safetensors` (backbone and head of the newest checkpoint, without the
 * optimiser's state), `spec.yaml` and the `MLmodel` file that makes it an MLflow model of the flavour `ablate`.
 *
 * @param runId the run's id in MLflow
 * @returns what the `MLmodel` file says, or undefined where there is no checkpoint
 */
export async function writeModel(run: RunFolder, summary: RunSummary, runId: string): Promise<MlModel | undefined> {
  const checkpoint = existsSync(run.checkpoints) ? (await readdir(run.checkpoints)).filter((name) => name.endsWith('.safetensors')).sort().at(-1) : undefined;
  let started: Started | undefined;
  for (const record of new JournalReader(run.journal).records()) if (record.type === 'started') started = record;
  if (!checkpoint || !started) return undefined;
  const folder = join(run.directory, 'model');
  await mkdir(folder, { recursive: true });
  const { tensors } = await readSafetensors(join(run.checkpoints, checkpoint));
  const parts = [...tensors.values()].filter(({ name }) => /^(?:backbone|head)\//.test(name));
  const { sha256, bytes } = await writeSafetensors(join(folder, 'model.safetensors'), parts, { format: 'ablate-model', version: '1' });
  const specText = await readFile(run.spec, 'utf8');
  await writeAtomically(join(folder, 'spec.yaml'), specText);
  const { backbone, head } = parse(specText) as Record<string, Record<string, unknown> | null>;
  const model: MlModel = {
    artifact_path: 'model',
    flavors: { ablate: { ablate_version: frameworkVersion, weights: 'model.safetensors', spec: 'spec.yaml', backbone: Object.keys(backbone ?? {})[0] ?? null, head: Object.keys(head ?? {})[0] ?? null } },
    model_size_bytes: bytes,
    model_uuid: uuidOf(`${summary.uuid} ${sha256}`),
    run_id: runId,
    ...(signatureOf(started) && { signature: signatureOf(started) }),
    utc_time_created: (summary.ended ?? summary.started ?? '').replace('T', ' ').replace('Z', ''),
  };
  await writeAtomically(join(folder, 'MLmodel'), stringify(model));
  return model;
}
