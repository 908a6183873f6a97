import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { evaluate } from '../../../framework/training/engine/evaluate.ts';
import { evaluationInput } from '../../../framework/training/engine/evaluation-input.ts';
import { train } from '../../../framework/training/engine/train.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import type { PlannedRun } from '../../../framework/experiment/spec/planned-run.ts';
import { itWithData } from '#test/data-folder';

const catalogue = await createCatalogue();
const nothingKept = { write: async () => ({ file: '', bytes: 0, sha256: '' }) };

/** Test accuracy after training as the spec says; the engine refuses a loss that is NaN or infinite. */
async function accuracyOf({ spec }: PlannedRun): Promise<number> {
  const session = await compose(spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' });
  try {
    expect(
      await train(session, {
        train: spec.train,
        checkpoints: nothingKept,
        signal: new AbortController().signal,
        emit: () => undefined,
      }),
    ).toBe('finished');
    return (await evaluate(session, await evaluationInput(session, 'test'))).metrics.accuracy!;
  } finally {
    await session.close();
  }
}

describe('two epochs of real digits, three seeds, against 0.1 by chance', () => {
  beforeAll(async () => void (await useDevice('auto', { threads: 2 })));

  for (const name of ['linear-losses', 'cosine-losses', 'subcenter-losses']) {
    itWithData(
      name,
      async (folder) => {
        const file = fileURLToPath(new URL(`${name}.yaml`, import.meta.url));
        const { runs } = await loadPlan(file, { catalogue, env: { ...process.env, MNIST: join(folder, 'mnist') } });
        const found: Record<string, number> = {};
        for (const run of runs) found[run.label] = await accuracyOf(run);
        if (process.env.PRINT) console.log(found);
        expect(Object.keys(found)).toHaveLength(runs.length);
        expect(Object.entries(found).filter(([, accuracy]) => !(accuracy > 0.75))).toEqual([]);
      },
      900_000,
    );
  }
});
