import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../devices/devices.ts';
import type { Session } from '../training/engine/session.ts';
import * as tf from '../devices/tf.ts';
import { CenterFrames, centerMovement } from './center-frames.ts';

const variables: { dispose(): void }[] = [];
afterEach(() => variables.splice(0).forEach((variable) => variable.dispose()));

/** A session of one loss with two centers in the plane. */
function session(): { frames: CenterFrames; move(x: number): void } {
  const variable = tf.variable(tf.zeros([2, 2]), false);
  variables.push(variable);
  const found = {
    losses: [{ name: 'center', loss: { parameters: [{ name: 'centers', variable }] } }],
    train: { classNames: ['a', 'b'] },
  };
  return {
    frames: new CenterFrames(found as unknown as Session),
    move: (x) => tf.tidy(() => variable.assign(tf.fill([2, 2], x))),
  };
}
const moved = async (from: number, to: number, directory: string): Promise<void> => {
  const { frames, move } = session();
  for (let epoch = from; epoch <= to; epoch++) {
    move(epoch);
    frames.take(epoch);
    if (epoch % 50 === 0) await frames.save(directory);
  }
  await frames.save(directory);
};

describe('the frames of moving centers', () => {
  beforeAll(async () => void (await useDevice('cpu')));

  it('go on where a session resumed, in place of what the one before had seen beyond', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ablate-frames-'));
    await moved(0, 5, directory);
    await moved(4, 7, directory);
    const { epochs, centers, classNames } = (await centerMovement(directory))!;
    expect(epochs).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...centers].filter((_, index) => index % 4 === 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(classNames).toEqual(['a', 'b']);
  });

  it('are no more than some 200, evenly apart, whether in one session or in two', async () => {
    const [one, two] = [
      await mkdtemp(join(tmpdir(), 'ablate-frames-')),
      await mkdtemp(join(tmpdir(), 'ablate-frames-')),
    ];
    await moved(0, 901, one);
    await moved(0, 333, two);
    await moved(301, 901, two);
    const { epochs, centers } = (await centerMovement(one))!;
    expect(epochs).toEqual([...Array.from({ length: 113 }, (_, index) => 8 * index), 901]);
    expect([...centers].filter((_, index) => index % 4 === 0)).toEqual(epochs);
    expect((await centerMovement(two))!.epochs).toEqual(epochs);
  });
});
