import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Role, Split } from '../../../framework/contracts/dataset.ts';
import type { Catalogue } from '../../../framework/plugins/catalogue.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { itWithData } from '#test/data-folder';

const folder = fileURLToPath(new URL('../../../experiments/open-set', import.meta.url));
const specs = ['choose', 'coil', 'lfw', 'omniglot', 'orl'];
let catalogue: Catalogue;
beforeAll(async () => void (catalogue = await createCatalogue()));

const planOf = (name: string, data: string) =>
  loadPlan(join(folder, `${name}.yaml`), {
    catalogue,
    env: {
      OMNIGLOT: join(data, 'omniglot'),
      LFW: join(data, 'lfw'),
      ORL: join(data, 'orl_faces'),
      COIL: join(data, 'coil20'),
    },
  });
const sources = (split: Split): string[] => Array.from({ length: split.length }, (_, index) => split.source!(index));
const classes = (split: Split): Set<string> => new Set(Array.from(split.labels, (label) => split.classNames[label]!));

describe('experiments/open-set', () => {
  it.each(specs)('%s.yaml is valid, and all its runs share one split', async (name) => {
    const { runs } = await planOf(name, '/data');
    expect(runs.length).toBeGreaterThan(1);
    for (const { spec } of runs) expect(spec.dataset).toEqual(runs[0]!.spec.dataset);
    if (name !== 'choose') expect(new Set(runs.map(({ spec }) => spec.seed))).toEqual(new Set([1, 2, 3]));
  });

  for (const name of specs) {
    itWithData(
      `${name}.yaml: nothing that is measured was trained on, neither image nor class`,
      async (data) => {
        const {
          runs: [run],
          file,
        } = await planOf(name, data);
        const { plugin, options } = run!.spec.dataset;
        const { manifest } = await catalogue.load('dataset', plugin, dirname(file));
        // Without decoded images kept, only names are read.
        const dataset = await manifest.create(
          { ...options, memory: 'never' },
          { streams: new RandomStreams(1), baseDirectory: folder, cacheDirectory: folder },
        );
        const train = dataset.split('train')!;
        const [trained, seen] = [classes(train), new Set(sources(train))];
        const met = (['validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'] satisfies Role[]).flatMap(
          (role) => dataset.split(role) ?? [],
        );
        expect(met.length).toBeGreaterThan(0);
        for (const split of met) {
          expect(
            [...classes(split)].filter((one) => trained.has(one)),
            split.role,
          ).toEqual([]);
          expect(
            sources(split).filter((one) => seen.has(one)),
            split.role,
          ).toEqual([]);
        }
        if (name === 'omniglot') {
          expect(trained.size).toBe(136);
          expect([...classes(dataset.split('test')!)].filter((one) => /^(Greek|Latin)\//.test(one))).toEqual([]);
        }
        await dataset.close?.();
      },
      120_000,
    );
  }
});
