import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { ClassContext, PluginManifest } from '../../contracts/plugin.ts';
import { useDevice } from '../../devices/devices.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { compose } from './compose.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

/** The catalogue, and what the losses that it makes are given. */
function overhearing(catalogue: Catalogue): { catalogue: Catalogue; heard: ClassContext[] } {
  const heard: ClassContext[] = [];
  const load: Catalogue['load'] = async (kind, name, from) => {
    const entry = await catalogue.load(kind, name, from);
    if (kind !== 'loss') return entry;
    const manifest = entry.manifest as unknown as PluginManifest<'loss'>;
    const create: PluginManifest<'loss'>['create'] = (options, context) => {
      heard.push(context);
      return manifest.create(options, context);
    };
    return { ...entry, manifest: { ...manifest, create } } as unknown as typeof entry;
  };
  return { catalogue: { ...catalogue, load }, heard };
}

it('tells a loss how many training images each class has', async () => {
  const { catalogue, heard } = overhearing(await createCatalogue());
  const {
    runs: [run],
  } = await loadPlan(file, { catalogue });
  const session = await compose(run!.spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' });
  const counted = new Map<number, number>();
  for (const label of session.train.labels) counted.set(label, (counted.get(label) ?? 0) + 1);
  expect(heard).not.toHaveLength(0);
  for (const { classes, classCounts } of heard)
    expect([...classCounts!]).toEqual(Array.from({ length: classes }, (_, label) => counted.get(label)));
  await session.close();
});
