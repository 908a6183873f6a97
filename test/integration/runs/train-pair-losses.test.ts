import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { embed } from '../../../framework/training/engine/embed.ts';
import { train } from '../../../framework/training/engine/train.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import type { PlannedRun } from '../../../framework/experiment/spec/planned-run.ts';
import { itWithData } from '#test/data-folder';
import { mapAtR } from './map-at-r.ts';

const catalogue = await createCatalogue();
const runsIn = async (folder: string): Promise<readonly PlannedRun[]> =>
  (
    await loadPlan(fileURLToPath(new URL('pair-losses.yaml', import.meta.url)), {
      catalogue,
      env: { ...process.env, MNIST: join(folder, 'mnist') },
    })
  ).runs;
const nothingKept = { write: async () => ({ file: '', bytes: 0, sha256: '' }) };

/**
 * Trains as the spec says, and asks of every step that its loss be a number. MAP@R on the 500 test digits, before and
 * after.
 */
async function retrieval({ spec }: PlannedRun): Promise<{ before: number; after: number }> {
  const session = await compose(spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' });
  const measured = async (): Promise<number> => mapAtR(await embed(session, session.dataset.split('test')!));
  try {
    const before = await measured();
    const losses: number[] = [];
    await train(session, {
      train: spec.train,
      checkpoints: nothingKept,
      signal: new AbortController().signal,
      emit: (event) => event.type === 'step' && losses.push(event.loss),
    });
    expect(losses.length).toBeGreaterThan(300);
    expect(losses.every(Number.isFinite)).toBe(true);
    return { before, after: await measured() };
  } finally {
    await session.close();
  }
}

describe('each pair and proxy loss trains on real digits', () => {
  beforeAll(async () => void (await useDevice('auto', { threads: 2 })));

  itWithData(
    'two epochs raise MAP@R by more than 0.2, over all seeds',
    async (folder) => {
      const runs = await runsIn(folder);
      expect(runs).toHaveLength(42);
      const found: [string, { before: number; after: number }][] = [];
      for (const run of runs) found.push([run.label, await retrieval(run)]);
      // By chance MAP@R is about 0.02; the digits as they come, through layers drawn at random, have a quarter.
      expect(found.filter(([, { before, after }]) => !(after > before + 0.2))).toEqual([]);
    },
    1_800_000,
  );
});
