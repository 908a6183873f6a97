import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPlugin, describeConformance, type AnyManifest } from 'ablate-ml/testing';
import { deviceNames, useDevice } from '../../../framework/devices/devices.ts';
import type { Kind } from '../../../framework/contracts/plugin.ts';
import { kindNames } from '../../../framework/plugins/kinds.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { dataFolder } from '#test/data-folder';
import { casesIn, checksOf, lossFiles } from './loss-table.ts';
import { handWorkedFiles } from './reference-files.ts';

const catalogue = await createCatalogue();
const device = await useDevice('auto');
const others = deviceNames.filter((name) => name !== device.name && name !== 'tensorflow-gpu');

type Options = Readonly<Record<string, unknown>>;

const data = (file: string): string => path.join(dataFolder ?? '', file);

const layout = (name: string): string => path.join(import.meta.dirname, '../../reference/layouts', name);

/** Options of plugins that have no default for all of theirs. */
const required: Readonly<Record<string, Options>> = {
  'augmentation/random-resized-crop': { size: 12 },
  'augmentation/resize': { size: 12 },
  'augmentation/center-crop': { size: 12 },
  'augmentation/rotate': { degrees: [-30, 30] },
  'augmentation/blur': { kernelSize: 5 },
  'schedule/constant': { rate: 0.1 },
  'schedule/step': { rate: 0.1, at: [3, 6] },
  'schedule/cosine': { rate: 0.1 },
  'schedule/linear': { rate: 0.1 },
  'schedule/polynomial': { rate: 0.1, power: 2 },
  'schedule/exponential': { rate: 0.1 },
  'schedule/one-cycle': { rate: 0.1 },
  'schedule/restarts': { rate: 0.1, epochs: 2 },
  'schedule/plateau': { rate: 0.1, metric: 'validation/accuracy' },
  'schedule/sequence': { of: [{ linear: { rate: 0.1 } }, { cosine: { rate: 0.1 } }], at: [3] },
  'loss/regularizer': { use: 'lp' },
  'dataset/features': { path: path.join(import.meta.dirname, '../../reference/fine-tuning/features.json') },
  'dataset/mnist': {
    images: data('mnist/t10k-images-idx3-ubyte.gz'),
    labels: data('mnist/t10k-labels-idx1-ubyte.gz'),
    split: [8000, 2000],
  },
  'dataset/cub-200': { path: layout('cub-200-2011'), size: 8 },
  'dataset/cars-196': { path: layout('cars196'), size: 8 },
  'dataset/stanford-online-products': { path: layout('stanford-online-products'), size: 8 },
  'dataset/in-shop': { path: layout('in-shop'), size: 8 },
  'dataset/inaturalist-2018': { path: layout('inaturalist-2018'), size: 8 },
  'dataset/market-1501': { path: layout('market-1501'), size: 8 },
  'dataset/veri-776': { path: layout('veri-776'), size: 8 },
  'dataset/google-landmarks-v2': { path: layout('google-landmarks-v2'), size: 8 },
  'dataset/ijb': { path: layout('ijb-b/IJBB'), size: 8 },
  'dataset/image-folder': { path: data('orl_faces/orl_faces_s1-s20.zip') },
};

/** Options beside the defaults that lead through other mathematics. */
const variants: Readonly<Record<string, readonly Options[]>> = {
  'loss/softmax': [{ labelSmoothing: 0.1 }, { focal: 2, labelSmoothing: 0.1 }],
  'loss/cosface': [{ s: 16, classSizeMargin: { a: 0.4, b: 0.05 }, interclassFilter: 0.3, focal: 1.5 }],
  'loss/center': [{ update: 'gradient' }, { update: 'released-code' }, { update: 'batch-mean', reduction: 'sum' }],
  'loss/a-softmax': [
    { m: 3, lambdaBase: 0, lambdaMin: 0 },
    { variant: 'sphereface-r-v2', s: 30 },
    { gradient: 'straight-through' },
  ],
  'loss/arcface': [
    { s: 16, classSizeMargin: { a: 0.5 }, focal: 2 },
    { guard: 'none' },
    { easyMargin: true },
    { gradient: 'straight-through' },
  ],
  'loss/combined-margin': [{ m1: 1.35, m2: 0.2, m3: 0.1 }],
  'loss/subcenter-arcface': [{ subCenters: 1 }],
  'loss/magface': [{ easyMargin: false }],
  'loss/embedding-distillation': [{ measure: 'squared', normalize: false }],
  'loss/contrastive': [
    { distance: { lp: { p: 3 } }, negativeMargin: 4 },
    { squared: false, reducer: 'nonzero-mean', normalize: true },
    { distance: 'cosine', miner: { 'multi-similarity': { distance: 'euclidean' } }, reducer: 'per-anchor' },
  ],
  'loss/triplet': [
    { miner: 'batch-all' },
    { miner: 'semi-hard', distance: 'squared', normalize: true },
    { miner: 'distance-weighted', reducer: 'per-anchor', normalize: true },
    { miner: 'hard-cluster', reducer: 'sum', normalize: true },
    { softMargin: true, distance: 'cosine' },
    { distance: 'lp', miner: 'batch-all' },
    { distance: 'snr' },
  ],
  'loss/margin': [{ miner: 'batch-all', betas: 'class', nu: 0.1 }],
  'loss/n-pair': [{ pairing: 'all', normWeight: 0.01 }],
  'loss/lifted-structure': [{ variant: 'generalized', normalize: true }],
  'loss/multi-similarity': [{ miner: 'batch-all' }, { distance: 'euclidean', base: -1 }],
  'loss/proxy-nca': [{ variant: 'nca', scale: 1 }],
  'loss/snr-contrastive': [{ reducer: 'mean', normalize: true }],
  'loss/recall-at-k': [{ k: [1, 2], temperature: 0.1, countQuery: true }],
  'loss/ranked-list': [{ normalize: false, weights: 'constant', alpha: 4, margin: 2 }],
  'loss/nca': [{ normalize: true, scale: 8 }],
  'loss/angular': [{ normalize: false, alpha: 36 }],
  'loss/hyperbolic-info-nce': [{ curvature: 1, clip: null }],
  'loss/sphereface2': [{ gradient: 'exact' }],
  'loss/elastic-face': [{ base: 'cosface', assign: 'given' }],
  'loss/large-margin-softmax': [{ m: 3, lambdaBase: 0, lambdaMin: 0 }],
  'loss/ada-cos': [{ variant: 'fixed' }],
  'loss/soft-triple': [{ subCenters: 1 }],
  'loss/simsiam': [{ hidden: 7 }],
  'loss/moco': [{ symmetric: true, queue: 8 }],
  'miner/batch-easy-hard': [{ positive: 'semi-hard' }, { negative: 'semi-hard', positiveRange: [0.5, 9] }],
  'miner/distance-weighted': [{ draw: 'expected' }],
  'reducer/threshold': [{ low: null, high: 2 }],
  'regularizer/lp': [{ p: 3, power: 2 }],
  'loss/cross-batch-memory': [
    { warmup: 0, size: 16 },
    { warmup: 0, size: 16, variant: 'released-code', loss: 'triplet' },
  ],
};

/** Why a plugin cannot be checked here, or undefined. */
function obstacle(manifest: AnyManifest, options: Options): string | undefined {
  const files = Object.values(options).filter(
    (value) => typeof value === 'string' && /\.(gz|zip|txt)$/.test(value),
  ) as string[];
  if (files.some((file) => !existsSync(file))) return 'ABLATE_DATA does not name a folder of data sets';
  const parsed = (
    manifest as unknown as { schema: { safeParse(value: unknown): { success: boolean } } }
  ).schema.safeParse(options);
  return parsed.success
    ? undefined
    : 'its options have no defaults, and what they must name is made or read by its own tests';
}

// MLflow's own tests keep it from making a run fail, against servers of every temper.
const checked: readonly Kind[] = kindNames.filter((kind) => kind !== 'tracker');

for (const kind of checked) {
  for (const { manifest } of await catalogue.builtIn(kind)) {
    const key = `${kind}/${manifest.name}`;
    const base = required[key] ?? {};
    const reason = obstacle(manifest, base);
    if (reason !== undefined) {
      if (reason.startsWith('ABLATE_DATA') && process.env.ABLATE_REQUIRE_DATA === '1')
        it(`${key} conforms`, () => expect.fail(reason));
      else it.skip(`${key} conforms (skipped: ${reason})`);
      continue;
    }
    describeConformance(manifest, {
      describe,
      it,
      device: device.name,
      devices: kind === 'loss' ? others : [],
      options: base,
      title: `${key} on ${device.name}`,
    });
    for (const options of variants[key] ?? []) {
      describeConformance(manifest, {
        describe,
        it,
        device: device.name,
        options: { ...base, ...options },
        title: `${key} ${JSON.stringify(options)} on ${device.name}`,
      });
    }
    if (kind !== 'loss') continue;
    for (const vectors of handWorkedFiles(manifest.name)) {
      describeConformance(manifest, {
        describe,
        it,
        device: device.name,
        vectors,
        title: `${key}, cases worked by hand`,
      });
    }
  }
}

describe('the reference cases of metrics', async () => {
  const evaluators = (await catalogue.builtIn('evaluator'))
    .map(({ manifest }) => manifest)
    .filter(({ name }) => ['retrieval', 'clustering', 'verification', 'identification'].includes(name));

  it('are 30, of four evaluators', async () => {
    const reports = await Promise.all(
      evaluators.map((manifest) =>
        checkPlugin(manifest, { vectors: new URL('../../reference/vectors/metrics.json', import.meta.url) }),
      ),
    );
    expect(reports.flatMap(({ checks }) => checks.filter(({ passed }) => !passed))).toEqual([]);
    expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBe(casesIn('metrics'));
    expect(casesIn('metrics')).toBe(30);
  });
});

describe('the reference cases of miners', async () => {
  const vectors = new URL('../../reference/vectors/miners.json', import.meta.url);
  const named = (JSON.parse(readFileSync(vectors, 'utf8')) as { cases: { params: { miner: string } }[] }).cases.map(
    ({ params }) => params.miner,
  );
  const miners = (await catalogue.builtIn('miner')).filter(({ manifest }) => named.includes(manifest.name));

  it('are 25, of five miners', () => {
    expect(named).toHaveLength(25);
    expect(miners).toHaveLength(5);
  });

  it.each(miners.map(({ manifest }) => manifest))('$name: every case is chosen as it is there', async (manifest) => {
    const { checks } = await checkPlugin(manifest, { vectors });
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(checks).toHaveLength(named.filter((name) => name === manifest.name).length);
  });
});

describe('the reference cases of losses', () => {
  it('are 813', () => expect(lossFiles.reduce((sum, file) => sum + casesIn(file), 0)).toBe(813));

  it.each(lossFiles)('%s: every case is within its tolerance', async (file) => {
    await useDevice(device.name);
    const checks = await checksOf(file);
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(checks.length).toBe(casesIn(file));
  });
});
