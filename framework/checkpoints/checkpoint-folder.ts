import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, CheckpointStore, StoredTensor, TrainingPosition } from '../engine/checkpoint.ts';
import { AblateError } from '../errors/ablate-error.ts';
import type { BestCheckpoint } from '../spec/spec.ts';
import { readSafetensors, readSafetensorsMetadata, writeSafetensors } from './safetensors.ts';

const formatVersion = '1';
const fileName = (step: number): string => `step-${String(step).padStart(9, '0')}.safetensors`;

/** A run's `checkpoints/`: one safetensors file a checkpoint, named by its step, the newest few and, where asked, the best kept. */
export class CheckpointFolder implements CheckpointStore {
  readonly #directory: string;
  readonly #keep: number;
  readonly #best: BestCheckpoint | null;

  /** @param directory `checkpoints/` of a run; @param keep how many of the newest stay; @param best by which metric the best stays too */
  constructor(directory: string, keep: number, best: BestCheckpoint | null = null) {
    this.#directory = directory;
    this.#keep = keep;
    this.#best = best;
  }

  /** {@inheritDoc CheckpointStore.write} */
  async write(position: TrainingPosition, tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor>): Promise<{ file: string; bytes: number; sha256: string }> {
    await mkdir(this.#directory, { recursive: true });
    const file = join(this.#directory, fileName(position.step));
    const written = await writeSafetensors(file, tensors, { format: 'ablate-checkpoint', version: formatVersion, position: JSON.stringify(position) });
    const files = await this.#files();
    const best = await this.#bestOf(files);
    await Promise.all(files.slice(this.#keep).filter((name) => name !== best).map((name) => rm(join(this.#directory, name), { force: true })));
    return { file, ...written };
  }

  /**
   * The newest checkpoint that can be read; damaged ones are passed over and told to `warn`.
   *
   * @returns undefined where there is none at all
   * @throws AblateError CHECKPOINT_INVALID where there are some and none can be read
   */
  async newest(warn: (message: string) => void): Promise<Checkpoint | undefined> {
    const files = await this.#files();
    for (const name of files) {
      try {
        return await readCheckpoint(join(this.#directory, name));
      } catch (cause) {
        if (!(cause instanceof AblateError)) throw cause;
        warn(`${cause.message.split('\n')[0]} Going back to the checkpoint before it.`);
      }
    }
    if (files.length === 0) return undefined;
    throw new AblateError('CHECKPOINT_INVALID', `None of the ${files.length} checkpoints in ${this.#directory} can be read.`, { remedy: 'Start the run afresh with --fresh.' });
  }

  /** File of the best checkpoint, the earliest of several as good; undefined where none was validated. */
  async #bestOf(files: readonly string[]): Promise<string | undefined> {
    if (!this.#best) return undefined;
    const { metric, mode } = this.#best;
    let best: { name: string; value: number } | undefined;
    for (const name of files) {
      const metadata = await readSafetensorsMetadata(join(this.#directory, name));
      const value = metadata?.['position'] === undefined ? undefined : (JSON.parse(metadata['position']) as TrainingPosition).metrics?.[metric];
      if (typeof value === 'number' && (!best || (mode === 'max' ? value >= best.value : value <= best.value))) best = { name, value };
    }
    return best?.name;
  }

  async #files(): Promise<string[]> {
    const names = await readdir(this.#directory).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return [] as string[];
      throw cause;
    });
    return names.filter((name) => /^step-\d+\.safetensors$/.test(name)).sort().reverse();
  }
}

/**
 * Reads one checkpoint.
 *
 * @throws AblateError CHECKPOINT_INVALID where it is damaged or of another format
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const { metadata, tensors } = await readSafetensors(file);
  if (metadata['format'] !== 'ablate-checkpoint' || metadata['version'] !== formatVersion) {
    throw new AblateError('CHECKPOINT_INVALID', `${file} is not a checkpoint of this version of Ablate.`, { remedy: 'Use the version of Ablate that wrote it.' });
  }
  return { position: JSON.parse(metadata['position']!) as TrainingPosition, tensors };
}
