import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type {
  Checkpoint,
  CheckpointStore,
  StoredPieces,
  StoredTensor,
  TrainingPosition,
} from '../../contracts/checkpoint.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { BestCheckpoint } from '../../experiment/spec/spec.ts';
import { readSafetensors, readSafetensorsMetadata, writeSafetensors } from './safetensors.ts';
import { readShards, shardsOf, writeShards, type Shard } from './shards.ts';

/** With tensors in shards it is 2, so that a version of Ablate that knows none does not take it for whole. */
const formatVersions = ['1', '2'];
/** Data of a shard at most: 256 MB. */
const defaultShardBytes = 2 ** 28;
const fileName = (step: number): string => `step-${String(step).padStart(9, '0')}.safetensors`;

// JSON has no NaN and no infinities: they are written as null.
const value = z.number().nullable() as unknown as z.ZodType<number>;
const positionModel = z.object({
  step: z.int().nonnegative(),
  epochSums: z.record(z.string(), z.tuple([value, z.number()])),
  metrics: z.record(z.string(), value).optional(),
  validations: z.array(z.object({ step: z.int().nonnegative(), metrics: z.record(z.string(), value) })).optional(),
});

function positionOf(metadata: Readonly<Record<string, string>> | undefined): TrainingPosition | undefined {
  try {
    return positionModel.parse(JSON.parse(metadata!['position']!)) as TrainingPosition;
  } catch {
    return undefined;
  }
}

/**
 * A run's `checkpoints/`: one safetensors file a checkpoint, named by its step, the newest few and, where asked, the
 * best kept. Tensors that come in pieces lie in a folder of shards beside it; the file names them with their checksums
 * and is written last, so that the checkpoint is there as a whole or not at all.
 */
export class CheckpointFolder implements CheckpointStore {
  readonly #directory: string;
  readonly #keep: number;
  readonly #best: BestCheckpoint | null;

  readonly #shardBytes: number;
  /** Files of steps that are trained again: passed over as damaged, or beyond the step that was gone on from. */
  #superseded: readonly string[] = [];

  /**
   * @param directory `checkpoints/` of a run; @param keep how many of the newest stay; @param best by which metric the
   * best stays too
   * @param shardBytes data of a shard at most; a checkpoint of any other can be read too
   */
  constructor(directory: string, keep: number, best: BestCheckpoint | null = null, shardBytes = defaultShardBytes) {
    this.#shardBytes = shardBytes;
    this.#directory = directory;
    this.#keep = keep;
    this.#best = best;
  }

  /** {@inheritDoc} */
  async write(
    position: TrainingPosition,
    tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor | StoredPieces>,
  ): Promise<{ file: string; bytes: number; sha256: string }> {
    await mkdir(this.#directory, { recursive: true });
    const file = join(this.#directory, fileName(position.step));
    const [small, large]: [StoredTensor[], StoredPieces[]] = [[], []];
    for await (const tensor of tensors) 'data' in tensor ? small.push(tensor) : large.push(tensor);
    const shards =
      large.length > 0
        ? await writeShards(
            file.replace(/\.safetensors$/, `-${randomBytes(4).toString('hex')}.shards`),
            large,
            this.#shardBytes,
          )
        : [];
    const metadata = {
      format: 'ablate-checkpoint',
      version: shards.length > 0 ? '2' : '1',
      position: JSON.stringify(position),
      ...(shards.length > 0 && { shards: JSON.stringify(shards) }),
    };
    const written = await writeSafetensors(file, small, metadata);
    await this.removeOld(fileName(position.step));
    return { file, bytes: shards.reduce((sum, { bytes }) => sum + bytes, written.bytes), sha256: written.sha256 };
  }

  /**
   * Removes what is not to be kept, as `write` does at its end, which a kill may have come before. What was just
   * written stays in any case: it is the one that is known to be good.
   */
  async removeOld(written?: string): Promise<void> {
    const others = (await this.#files()).filter((name) => name !== written && !this.#superseded.includes(name));
    if (written === undefined && others.length === 0) return;
    this.#superseded = [];
    const files = written === undefined ? others : [written, ...others];
    const best = await this.#bestOf(files);
    const kept = files.filter((name, index) => index < this.#keep || name === best);
    const old = (await this.#files()).filter((name) => !kept.includes(name));
    await Promise.all(old.map((name) => rm(join(this.#directory, name), { force: true })));
    await this.#removeShards(kept);
  }

  /**
   * Removes the folders of shards that no checkpoint names: of those removed, and of a process that was killed before
   * it had written one.
   */
  async #removeShards(kept: readonly string[]): Promise<void> {
    const folders = (await readdir(this.#directory)).filter((name) => /\.shards(?:\.[0-9a-f]+\.tmp)?$/.test(name));
    if (folders.length === 0) return;
    const named = await Promise.all(kept.map(async (name) => this.#shardsOf(name)));
    // What cannot be read now may be read another time, and its shards with it.
    if (named.includes(undefined)) return;
    const used = new Set(named.flat().map((shard) => dirname(shard!.file)));
    await Promise.all(
      folders
        .filter((name) => !used.has(name))
        .map((name) => rm(join(this.#directory, name), { recursive: true, force: true })),
    );
  }

  async #shardsOf(name: string): Promise<readonly Shard[] | undefined> {
    const metadata = await readSafetensorsMetadata(join(this.#directory, name));
    try {
      return metadata && shardsOf(metadata);
    } catch {
      return undefined;
    }
  }

  /**
   * The newest checkpoint that can be read; damaged ones are passed over and told to `warn`.
   *
   * @returns undefined where there is none at all
   * @throws AblateError CHECKPOINT_INVALID where there are some and none can be read
   */
  async newest(warn: (message: string) => void): Promise<Checkpoint | undefined> {
    const files = await this.#files();
    for (const [index, name] of files.entries()) {
      try {
        const found = await readCheckpoint(join(this.#directory, name));
        this.#superseded = files.slice(0, index);
        return found;
      } catch (cause) {
        if (!(cause instanceof AblateError)) throw cause;
        warn(`${cause.problem} Going back to the checkpoint before it.`);
      }
    }
    if (files.length === 0) return undefined;
    throw new AblateError(
      'CHECKPOINT_INVALID',
      `None of the ${files.length} checkpoints in ${this.#directory} can be read.`,
      { remedy: 'Start the run afresh with --fresh.' },
    );
  }

  /**
   * The best checkpoint by the metric that the folder keeps it for.
   *
   * @returns undefined where none was validated
   * @throws AblateError CHECKPOINT_INVALID where it cannot be read
   */
  async best(): Promise<Checkpoint | undefined> {
    const name = await this.#bestOf(await this.#files());
    return name === undefined ? undefined : readCheckpoint(join(this.#directory, name));
  }

  /** File of the best checkpoint, the earliest of several as good; undefined where none was validated. */
  async #bestOf(files: readonly string[]): Promise<string | undefined> {
    if (!this.#best) return undefined;
    const { metric, mode } = this.#best;
    let best: { name: string; value: number } | undefined;
    for (const name of files) {
      const value = positionOf(await readSafetensorsMetadata(join(this.#directory, name)))?.metrics?.[metric];
      if (typeof value === 'number' && (!best || (mode === 'max' ? value >= best.value : value <= best.value)))
        best = { name, value };
    }
    return best?.name;
  }

  async #files(): Promise<string[]> {
    const names = await readdir(this.#directory).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return [] as string[];
      throw cause;
    });
    return names
      .filter((name) => /^step-\d+\.safetensors$/.test(name))
      .sort()
      .reverse();
  }
}

/**
 * Reads one checkpoint.
 *
 * @throws AblateError CHECKPOINT_INVALID where it is damaged, of another format or cannot be read
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  try {
    return await readWhole(file);
  } catch (cause) {
    if (cause instanceof AblateError) throw cause;
    throw new AblateError('CHECKPOINT_INVALID', `${file} cannot be read: ${(cause as Error).message}.`, {
      cause,
      remedy: 'Use an older one.',
    });
  }
}

async function readWhole(file: string): Promise<Checkpoint> {
  const { metadata, tensors } = await readSafetensors(file, true);
  const position = positionOf(metadata);
  if (metadata['format'] !== 'ablate-checkpoint' || !formatVersions.includes(metadata['version'] ?? '') || !position) {
    throw new AblateError('CHECKPOINT_INVALID', `${file} is not a checkpoint of this version of Ablate.`, {
      remedy: 'Use the version of Ablate that wrote it.',
    });
  }
  const shards = shardsOf(metadata);
  return { position, tensors, ...(shards.length > 0 && { large: await readShards(dirname(file), shards) }) };
}
