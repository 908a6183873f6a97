import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { runPlan } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { expectedLayout } from '#test/layouts';

const experiments = fileURLToPath(new URL('../../../experiments', import.meta.url));
const catalogue = await createCatalogue();
const env = {
  CUB: expectedLayout('cub-200-2011').root,
  CARS: expectedLayout('cars196-devkit').root,
  SOP: expectedLayout('stanford-online-products').root,
  IN_SHOP: expectedLayout('in-shop').root,
  INATURALIST: expectedLayout('inaturalist-2018').root,
  MARKET: expectedLayout('market-1501').root,
  BN_INCEPTION: 'bn_inception.pth',
  RESNET50: 'resnet50.pth',
  DINO_VIT_S: 'dino.pth',
};
const text = (file: string): string => readFileSync(join(experiments, file), 'utf8');
const recipes = readdirSync(join(experiments, 'benchmarks'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `benchmarks/${file}`)
  .sort();
const protocols = ['cub-200', 'cars-196', 'stanford-online-products'].map((set) => `reality-check/${set}.yaml`);

/** What a small tree and a machine without the published weights need: small batches, weights that are drawn. */
function small(file: string): string[] {
  const backbone = /^ {2}(bn-inception|resnet|vit):/m.exec(text(file))![1]!;
  return [
    `backbone.${backbone}.weights=null`,
    'train.batch=4',
    'train.steps=1',
    'threads=1',
    'figures=[]',
    ...(text(file).includes('p-k:') ? ['sampler.p-k.imagesPerClass=2'] : []),
    ...(text(file).includes('accumulate:') ? ['train.accumulate.parts=2'] : []),
  ];
}

async function started(file: string, set: readonly string[]) {
  const plan = await loadPlan(join(experiments, file), { catalogue, set: [...small(file), ...set], env });
  const metrics: Record<string, number>[] = [];
  const { outcomes } = await runPlan(plan, {
    catalogue,
    out: await mkdtemp(join(tmpdir(), 'ablate-benchmark-')),
    resume: false,
    fresh: false,
    signal: new AbortController().signal,
    onEvent: (_run, event) => {
      if (event.type === 'evaluated') metrics.push(event.metrics);
    },
    onNote: () => undefined,
  });
  return { metrics, statuses: new Set(outcomes.map(({ status, error }) => error?.message ?? status)) };
}

describe('experiments/benchmarks', () => {
  it.each(recipes)('%s says the published figure, its source and the command', (file) => {
    expect(text(file)).toMatch(/\d{4}.*: (Recall@1|rank-1) \d\d\.\d/);
    expect(text(file)).toContain(`npx ablate run experiments/${file}`);
  });

  it.each(recipes)(
    '%s takes a step and evaluates on a small tree of its set',
    async (file) => {
      const { metrics, statuses } = await started(file, []);
      expect(statuses).toEqual(new Set(['finished']));
      expect(Object.keys(metrics.at(-1)!)).toEqual(expect.arrayContaining(['Recall@1', 'MAP@R']));
    },
    600_000,
  );
});

describe('experiments/reality-check', () => {
  it.each(protocols)(
    '%s is the protocol whole: six losses, searches of 50 points, 4 folds, 10 repeats',
    async (file) => {
      const { study } = await loadPlan(join(experiments, file), { catalogue, env });
      expect(study).toBeDefined();
      expect(text(file)).toContain(
        'protocol: {folds: 4, seeds: 10, search: {method: tpe, budget: 50}, lockTest: true}',
      );
    },
  );

  it('cub-200.yaml runs: a search, folds, and the test set once', async () => {
    const study = ['protocol.folds=3', 'protocol.seeds=1', 'protocol.search.budget=1', 'protocol.search.folds=1'];
    const one = 'matrix.include=[{"losses": [{"contrastive": {"negativeMargin": {"uniform": [0.1, 1]}}}]}]';
    const { statuses } = await started('reality-check/cub-200.yaml', [...study, one]);
    expect(statuses).toEqual(new Set(['finished']));
  }, 600_000);
});
