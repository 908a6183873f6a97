import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { writeSafetensors } from '../records/checkpoints/safetensors.ts';
import type { CenterMovement } from '../contracts/figure.ts';
import type { Session } from '../training/engine/session.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import { SavedArrays } from './saved-arrays.ts';

const classNamesSchema = z.array(z.string());

/** Classes that are followed; more would make no picture that anybody reads. */
const followed = 100;
/**
 * Most frames; beyond, every second one goes, then every second of those: an animation has no use for more, and the
 * file is written often.
 */
const maxFrames = 200;
const fileIn = (runDirectory: string): string => join(runDirectory, 'embeddings', 'center-movement.safetensors');

const ifDamaged = (cause: unknown): undefined => {
  if (!(cause instanceof AblateError)) throw cause;
};

/**
 * Follows the centers of a run's first loss that keeps some: call `take` before the first step and after each epoch.
 */
export class CenterFrames {
  readonly #session: Pick<Session, 'losses' | 'train'>;
  readonly #frames = new Map<number, Promise<Float32Array>>();

  constructor(session: Pick<Session, 'losses' | 'train'>) {
    this.#session = session;
  }

  get #centers() {
    return this.#session.losses.flatMap(({ loss }) => loss.parameters.filter(({ name }) => name === 'centers'))[0]
      ?.variable;
  }

  /** Notes where the centers stand; `epoch` is how many are done. */
  take(epoch: number): void {
    const variable = this.#centers;
    if (variable?.rank !== 2) return;
    const some = tf.slice(variable, 0, Math.min(followed, variable.shape[0]!));
    const frame = some.data<'float32'>().finally(() => some.dispose());
    frame.catch(() => undefined);
    this.#frames.set(epoch, frame);
  }

  /** Writes what was noted; frames of a session before, up to where this one began, stay. */
  async save(runDirectory: string): Promise<void> {
    const variable = this.#centers;
    if (!variable || this.#frames.size === 0) return;
    const dim = variable.shape[1]!;
    const begins = Math.min(...this.#frames.keys());
    // A picture of the way here is not worth the run: what is damaged is begun anew.
    const before = await centerMovement(runDirectory).catch(ifDamaged);
    const frames: [number, Float32Array][] = [];
    for (const [index, epoch] of (before?.epochs ?? []).entries()) {
      const size = before!.classes * before!.dim;
      if (epoch < begins && before!.dim === dim && before!.classes === Math.min(followed, variable.shape[0]!))
        frames.push([epoch, before!.centers.slice(index * size, (index + 1) * size)]);
    }
    for (const [epoch, frame] of this.#frames) frames.push([epoch, await frame]);
    const last = frames.at(-1)![0];
    const stride = 2 ** Math.max(0, Math.ceil(Math.log2(last / maxFrames)));
    const stay = frames.filter(([epoch]) => epoch % stride === 0 || epoch === last);
    for (const epoch of this.#frames.keys()) if (epoch % stride !== 0) this.#frames.delete(epoch);
    const size = frames[0]![1].length;
    const data = new Float32Array(stay.length * size);
    stay.forEach(([, values], index) => data.set(values, index * size));
    const names = this.#session.train.classNames.slice(0, size / dim);
    await mkdir(join(runDirectory, 'embeddings'), { recursive: true });
    await writeSafetensors(
      fileIn(runDirectory),
      [
        { name: 'centers', dtype: 'float32', shape: [stay.length, size / dim, dim], data },
        { name: 'epoch', dtype: 'int32', shape: [stay.length], data: Int32Array.from(stay, ([epoch]) => epoch) },
      ],
      { format: 'ablate-center-movement', version: '1', classNames: JSON.stringify(names) },
    );
  }
}

/** Reads what a run noted of its centers; undefined where nothing was. */
export async function centerMovement(runDirectory: string): Promise<CenterMovement | undefined> {
  const saved = await SavedArrays.read(fileIn(runDirectory));
  if (!saved) return undefined;
  const { shape, data } = saved.numbers('centers', [undefined, undefined, undefined]);
  const [frames, classes, dim] = shape as [number, number, number];
  return {
    epochs: [...saved.integers('epoch', [frames])],
    classes,
    dim,
    classNames: saved.json('classNames', classNamesSchema),
    centers: data,
  };
}
