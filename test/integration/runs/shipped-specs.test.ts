import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { itWithData } from '#test/data-folder';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { runPlan } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';

const experiments = fileURLToPath(new URL('../../../experiments', import.meta.url));
const specs = readdirSync(experiments, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !file.includes('node_modules'))
  .sort();

const catalogue = await createCatalogue();
const text = (file: string): string => readFileSync(join(experiments, file), 'utf8');

describe('shipped specs', () => {
  it.each(specs)('%s has at most 40 lines', (file) => {
    expect(text(file).trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  const needsData = (file: string): boolean =>
    text(file).match(/\$\{env:(MNIST|OMNIGLOT|LFW|ORL|COIL)|^extends:/m) !== null;
  const takesOneStep = (file: string, data: string) => async (): Promise<void> => {
    const env = {
      MNIST: join(data, 'mnist'),
      OMNIGLOT: join(data, 'omniglot'),
      LFW: join(data, 'lfw'),
      ORL: join(data, 'orl_faces'),
      COIL: join(data, 'coil20'),
    };
    // A protocol runs each point on its folds: two points show that it runs.
    const follows = /^protocol:/m.test(text(file));
    // Points that differ in the seed alone take the same step.
    const { include = [] } = (parse(text(file)) as { matrix?: { include?: { seed?: number }[] } }).matrix ?? {};
    const points =
      include.length > 0
        ? [
            `matrix.include=${JSON.stringify(include.filter(({ seed = 1 }) => seed === 1).slice(0, follows ? 2 : undefined))}`,
          ]
        : [];
    // Of thousands of faces one batch is decoded, not all of them for every run.
    const faces = file.includes('lfw') ? ['dataset.lfw-pairs.memory=never'] : [];
    // A search needs something to decide by, and no more than one point to be shown to run.
    const study = follows ? ['protocol.folds=2', 'protocol.seeds=1', 'protocol.search.budget=1'] : ['evaluate=[]'];
    // One process can have one number of threads.
    const set = ['train.steps=1', 'threads=1', 'figures=[]', ...study, ...points, ...faces];
    const plan = await loadPlan(join(experiments, file), { catalogue, set, env });
    const { outcomes } = await runPlan(plan, {
      catalogue,
      out: await mkdtemp(join(tmpdir(), 'ablate-shipped-')),
      resume: false,
      fresh: false,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      onNote: () => undefined,
    });
    expect(outcomes.length).toBeGreaterThan(0);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['finished']));
  };
  // Images of the first are made by a script, and test/integration/runs takes four steps with it; the others are of
  // published sets, and benchmark-specs.test.ts takes a step with them on small trees.
  const elsewhere = /^(scale\/landmarks|benchmarks\/|reality-check\/(?!omniglot))/;
  for (const file of specs.filter((name) => !elsewhere.test(name))) {
    const name = `${file} builds and takes one step`;
    if (needsData(file)) itWithData(name, (data) => takesOneStep(file, data)(), 300_000);
    else it(name, takesOneStep(file, ''), 300_000);
  }
});
