import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { frameworkVersion, type RunEvent, type RunFolder } from 'ablate-ml';
import {
  checkShard,
  JournalReader,
  readSafetensors,
  shardsOf,
  writeAtomically,
  writeSafetensors,
  type RunSummary,
  type Shard,
} from 'ablate-ml/runs';
import { parse, stringify } from 'yaml';

type Started = Extract<RunEvent, { type: 'started' }>;

/** What an `MLmodel` file says, in the order in which MLflow writes it. */
export type MlModel = Readonly<Record<string, unknown>>;

const tensor = (shape: readonly number[], name?: string): object => ({
  ...(name && { name }),
  type: 'tensor',
  'tensor-spec': { dtype: 'float32', shape: [-1, ...shape] },
});

/** Images in, embeddings out; undefined for a journal that does not tell their shapes. */
function signatureOf({ imageShape, dim }: Started): object | undefined {
  return imageShape && dim
    ? { inputs: JSON.stringify([tensor(imageShape)]), outputs: JSON.stringify([tensor([dim])]), params: null }
    : undefined;
}

/** A name-based UUID: the same weights of the same run always have the same. */
function uuidOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Whether a checkpoint's tensor is a weight of the model: nothing of the optimizer's or the losses'. */
const isWeight = (name: string): boolean => /^(?:backbone|head)\//.test(name);

/** Where a shard lies in `model/`. */
const shardPath = ({ file }: Shard): string => `shards/${basename(file)}`;

/**
 * Puts shards of the checkpoint into `model/shards/` under the names that they have there, without copying their bytes
 * where links can be made.
 */
async function placeShards(shards: readonly Shard[], checkpoints: string, folder: string): Promise<void> {
  await rm(join(folder, 'shards'), { recursive: true, force: true });
  if (shards.length > 0) await mkdir(join(folder, 'shards'));
  for (const shard of shards) {
    await checkShard(checkpoints, shard);
    const [from, to] = [join(checkpoints, shard.file), join(folder, shardPath(shard))];
    await link(from, to).catch(() => copyFile(from, to));
  }
}

/**
 * Writes `model/` into a finished run's folder: `model.safetensors` (backbone and head of the newest checkpoint,
 * without the optimizer's state), `shards/` (those of their weights that the checkpoint keeps in shards, each file some
 * rows of one), `spec.yaml` and the `MLmodel` file that makes it an MLflow model of the flavour `ablate`.
 *
 * @param runId the run's id in MLflow
 * @returns what the `MLmodel` file says, or undefined where there is no checkpoint
 */
export async function writeModel(run: RunFolder, summary: RunSummary, runId: string): Promise<MlModel | undefined> {
  const checkpoint = existsSync(run.checkpoints)
    ? (await readdir(run.checkpoints))
        .filter((name) => name.endsWith('.safetensors'))
        .sort()
        .at(-1)
    : undefined;
  let started: Started | undefined;
  for (const record of new JournalReader(run.journal).records()) if (record.type === 'started') started = record;
  if (!checkpoint || !started) return undefined;
  const folder = join(run.directory, 'model');
  await mkdir(folder, { recursive: true });
  const { tensors, metadata } = await readSafetensors(join(run.checkpoints, checkpoint));
  const parts = [...tensors.values()].filter(({ name }) => isWeight(name));
  const shards = shardsOf(metadata).filter(({ tensor: name }) => isWeight(name));
  await placeShards(shards, run.checkpoints, folder);
  const { sha256, bytes } = await writeSafetensors(join(folder, 'model.safetensors'), parts, {
    format: 'ablate-model',
    version: '1',
  });
  const specText = await readFile(run.spec, 'utf8');
  await writeAtomically(join(folder, 'spec.yaml'), specText);
  const { backbone, head } = parse(specText) as Record<string, Record<string, unknown> | null>;
  const model: MlModel = {
    artifact_path: 'model',
    flavors: {
      ablate: {
        ablate_version: frameworkVersion,
        weights: 'model.safetensors',
        ...(shards.length > 0 && {
          shards: shards.map((shard) => ({
            file: shardPath(shard),
            tensor: shard.tensor,
            shape: shard.shape,
            begin: shard.begin,
            rows: shard.rows,
            sha256: shard.sha256,
          })),
        }),
        spec: 'spec.yaml',
        backbone: Object.keys(backbone ?? {})[0] ?? null,
        head: Object.keys(head ?? {})[0] ?? null,
      },
    },
    model_size_bytes: shards.reduce((sum, shard) => sum + shard.bytes, bytes),
    model_uuid: uuidOf([summary.uuid, sha256, ...shards.map((shard) => shard.sha256)].join(' ')),
    run_id: runId,
    ...(signatureOf(started) && { signature: signatureOf(started) }),
    utc_time_created: (summary.ended ?? summary.started ?? '').replace('T', ' ').replace('Z', ''),
  };
  await writeAtomically(join(folder, 'MLmodel'), stringify(model));
  return model;
}
