import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ablateHere } from '#test/ablate-here';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { loadPlan } from '../spec/load-plan.ts';
import { importSpec, type ImportedSpec } from './import-spec.ts';

const folder = mkdtempSync(join(tmpdir(), 'ablate-import-'));
afterAll(() => rmSync(folder, { recursive: true }));
let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await createCatalogue();
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The faults of an imported spec as `ablate validate` finds them; empty where it is whole. */
async function faultsOf({ name, text }: ImportedSpec): Promise<string> {
  return loadPlan(written(`${name}.spec.yaml`, text), { catalogue }).then(
    () => '',
    (error: Error) => error.message,
  );
}

// Of the form of OML's examples: CUB by triplets, a own table of images by ArcFace, In-Shop by categories.
const oml = {
  published: `
postfix: cub
seed: 42
precision: 16
accelerator: gpu
devices: 1
dataframe_name: df.csv
dataset_root: data/CUB_200_2011/
logs_folder: \${now:%Y-%m-%d}_\${postfix}
transforms_train: {name: augs_hypvit_torch, args: {im_size: 224}}
transforms_val: {name: norm_resize_hypvit_torch, args: {im_size: 256, crop_size: 224}}
sampler: {name: balance, args: {n_labels: 8, n_instances: 4}}
max_epochs: 40
valid_period: 5
metric_args: {cmc_top_k: [1, 5], map_top_k: [5], fmr_vals: [0.01], pcf_variance: [0.9]}
metric_for_checkpointing: OVERALL/cmc/1
extractor: {name: vit, args: {arch: vits14_reg, weights: vits14_reg_dinov2, normalise_features: true, use_multi_scale: false}}
criterion: {name: triplet_with_miner, args: {margin: 0.15, reduction: mean, miner: {name: hard_triplets, args: {}}}}
optimizer: {name: adamw, args: {lr: 1.0e-5, weight_decay: 0.01}}
scheduling: {scheduler_interval: epoch, scheduler: {name: multi_step, args: {milestones: [20, 30], gamma: 0.5}}}
gradient_clip: 1
hydra: {run: {dir: logs}}
`,
  table: `
defaults: [{optimizer: sgd}]
seed: 1
precision: 32
devices: [0, 1]
dataset_root: mine
dataframe_name: table.csv
transforms_train: {name: augs_torch, args: {im_size: 64}}
transforms_val: {name: norm_resize_torch, args: {im_size: 64}}
sampler: null
bs_train: 32
max_epochs: 4
valid_period: 2
metric_args: {cmc_top_k: [1], precision_top_k: [5], fmr_vals: []}
metric_for_checkpointing: OVERALL/precision/5
mode_for_checkpointing: max
freeze_n_epochs: 2
extractor: {name: extractor_with_mlp, args: {mlp_features: [64], weights: null, extractor: {name: vit_clip, args: {arch: vitb32_224, weights: ./clip.pt, normalise_features: false}}}}
criterion: {name: arcface, args: {m: 0.4, s: 32, smoothing_epsilon: 0.1, in_features: 64, num_classes: 10}}
optimizer: {args: {momentum: 0.9}}
scheduling: {scheduler: {name: cosine_annealing, args: {T_max: 4, eta_min: 1.0e-6}}}
`,
  unlike: `
seed: 3
dataset_root: data/DeepFashion_InShop
dataframe_name: df_with_bboxes.csv
transforms_train: {name: my_augmentations, args: {strength: 3}}
transforms_val: {name: norm_resize_albu, args: {im_size: 224}}
sampler: {name: category_balance, args: {n_labels: 30, n_instances: 4, n_categories: 5, weight_categories: true}}
max_epochs: 10
extractor: {name: vit_unicom, args: {arch: vitb32_unicom, weights: null, normalise_features: true}}
criterion: {name: surrogate_precision, args: {k: 5}}
optimizer: {name: lbfgs, args: {lr: 0.01}}
scheduling: null
`,
};

test("OML's own data set becomes the built-in one, and its triplets, net and schedule those here", async () => {
  const made = importSpec('oml', [written('published.yaml', oml.published)]);
  expect(parse(made.text)).toEqual({
    name: 'published',
    seed: 42,
    dataset: { 'cub-200': { path: 'data/CUB_200_2011' } },
    augment: {
      train: [{ 'random-resized-crop': { size: 224, scale: [0.2, 1], interpolation: 'bicubic' } }, 'horizontal-flip'],
      test: [{ resize: { size: 256, interpolation: 'bicubic' } }, { 'center-crop': { size: 224 } }],
    },
    sampler: { 'p-k': { imagesPerClass: 4, classesPerBatch: 8, fewImages: 'oversample' } },
    backbone: {
      vit: {
        size: 'small',
        patch: 14,
        layerScale: true,
        registers: 4,
        neck: ['l2'],
        weights: './vits14_reg_dinov2.pth',
        preparation: 'imagenet',
      },
    },
    head: null,
    losses: [{ triplet: { margin: 0.15, miner: 'batch-hard', reducer: 'mean' } }],
    optimizer: { adamw: { weightDecay: 0.01 } },
    schedule: { step: { rate: 1e-5, at: [20, 30], factor: 0.5 } },
    train: { epochs: 40, batch: 32 },
    evaluate: [
      { retrieval: { recallAt: [1, 5], mapAt: [5], distance: 'euclidean' } },
      { verification: { distance: 'euclidean', falseAcceptRates: [0.01] } },
    ],
  });
  expect(made.notCarried.map((line) => line.split(':')[0])).toEqual([
    'precision 16',
    'valid_period 5',
    'metric_for_checkpointing "OVERALL/cmc/1"',
    'metric_args.pcf_variance [0.9]',
    'gradient_clip 1',
  ]);
  for (const line of made.notCarried) expect(made.text).toContain(line);
  expect(await faultsOf(made)).toBe('');
});

test('a table of images, groups by name, layers behind the net and a phase in which it is frozen are carried over', async () => {
  const made = importSpec('oml', [written('table.yaml', oml.table)]);
  expect(parse(made.text)).toMatchObject({
    dataset: { csv: { file: 'mine/table.csv', path: 'mine', label: 'label', role: 'split' } },
    sampler: { shuffle: {} },
    backbone: {
      vit: { size: 'base', patch: 32, projection: 512, preNorm: true, neck: [{ linear: 64 }], weights: './clip.pt' },
      freeze: { stages: 'all', until: '2 epochs' },
    },
    head: { cosine: {} },
    losses: [{ arcface: { s: 32, m: 0.4, labelSmoothing: 0.1 } }],
    optimizer: { sgd: { momentum: 0.9 } },
    schedule: { cosine: { rate: 1e-5, finalRate: 1e-6 } },
    train: { epochs: 4, batch: 32, validateEvery: 2, keepBest: { metric: 'validation/precision@5', mode: 'max' } },
    evaluate: [{ retrieval: { recallAt: [1], precisionAt: [5], distance: 'euclidean' } }],
  });
  expect(made.notCarried.map((line) => line.split(':')[0])).toEqual(['devices [0,1]']);
  expect(await faultsOf(made)).toBe('');
});

test('what has no counterpart stands by its own name, and the spec is refused until it is chosen', async () => {
  const made = importSpec('oml', [written('unlike.yaml', oml.unlike)]);
  expect(made.notCarried.map((line) => line.split(' ')[0]).sort()).toEqual([
    'criterion.args.k',
    'criterion.name',
    'extractor.args.arch',
    'optimizer.args',
    'sampler.args.n_categories',
    'sampler.args.weight_categories',
    'sampler.name',
    'transforms_train.args.strength',
    'transforms_train.name',
  ]);
  const faults = await faultsOf(made);
  for (const name of ['vit-unicom-vitb32-unicom', 'surrogate-precision', 'lbfgs'])
    expect(faults).toContain(`"${name}"`);
});

// Of the form of arcface_torch's configurations, which go over base.py.
const base = `from easydict import EasyDict as edict

config = edict()
config.margin_list = (1.0, 0.5, 0.0)
config.network = "r50"
config.embedding_size = 512
config.sample_rate = 1
config.interclass_filtering_threshold = 0
config.batch_size = 128
config.optimizer = "sgd"
config.lr = 0.1
config.momentum = 0.9
config.weight_decay = 5e-4
config.gradient_acc = 1
config.seed = 2048
config.output = None
`;
const insightface = {
  'faces.py': `config = edict()
config.network = "r100"
config.fp16 = True  # half precision
config.rec = "/data/faces"
config.num_classes = 93431
config.num_epoch = 20
config.warmup_epoch = config.num_epoch // 10
config.val_targets = ['lfw', "agedb_30"]
`,
  'sampled.py': `config = edict()
config.margin_list = (1.0, 0.0, 0.4)
config.network = "mbf"
config.sample_rate = 0.2
config.interclass_filtering_threshold = 0.4
config.optimizer = "adamw"
config.lr = 0.001
config.weight_decay = 0.1
config.batch_size = 256
config.gradient_acc = 4
config.rec = "/data/faces"
config.num_epoch = 4
config.val_targets = []
config.num_image = len(open("list").readlines())
`,
};

test("insightface's Python is read over its base and not run", async () => {
  written('configs/base.py', base);
  const made = importSpec('insightface', [written('configs/faces.py', insightface['faces.py'])]);
  expect(parse(made.text)).toEqual({
    name: 'faces',
    seed: 2048,
    dataset: { 'record-io': { rec: '/data/faces/train.rec', classes: 93431, pairs: '/data/faces/lfw.bin' } },
    augment: { train: ['horizontal-flip'] },
    sampler: { shuffle: {} },
    backbone: { iresnet: { layers: 100, embedding: 512 } },
    head: { cosine: {} },
    losses: [{ arcface: { s: 64, m: 0.5, guard: 'none', gradient: 'straight-through' } }],
    optimizer: { sgd: { momentum: 0.9, weightDecay: 5e-4 } },
    schedule: { polynomial: { rate: 0.1, power: 1, warmup: { epochs: 2 } } },
    train: { epochs: 20, batch: 128 },
    evaluate: [{ verification: { flip: 'sum' } }],
  });
  expect(made.notCarried).toEqual(['fp16 true: Ablate computes in float32']);
  expect(made.notes.join()).toContain('agedb_30');
  expect(await faultsOf(made)).toBe('');
});

test('sampled classes, the margin of the cosine and accumulated batches are carried over, with no base beside it too', async () => {
  const made = importSpec('insightface', [written('alone/sampled.py', insightface['sampled.py'])]);
  expect(parse(made.text)).toMatchObject({
    backbone: { 'mobile-facenet': { embedding: 512 } },
    head: { sampled: { scores: 'cosine', rate: 0.2 } },
    losses: [{ cosface: { s: 64, m: 0.4, interclassFilter: 0.4 } }],
    optimizer: { adamw: { weightDecay: 0.1 } },
    train: { epochs: 4, batch: 1024, accumulate: 4 },
  });
  expect(made.notes.join('\n')).toContain('config.num_image = len(open("list").readlines())');
  expect(await faultsOf(made)).toBe('');
});

// Of the form of powerful-benchmarker's files: a folder a category, flags on keys.
const benchmarker: Readonly<Record<string, string>> = {
  config_dataset: `
dataset: {CUB200: null}
split_manager: {ClassDisjointSplitManager: {test_size: 0.5, test_start_idx: 0.5, num_training_partitions: 4, num_training_sets: 4, hierarchy_level: 0}}
`,
  config_general: `
trainer: {MetricLossOnly: {iterations_per_epoch: 100, dataloader_num_workers: 2, batch_size: 32, freeze_trunk_batchnorm: true}}
num_epochs_train: 1000
save_interval: 2
patience: 9
`,
  config_loss_and_miners: `
loss_funcs: {metric_loss: {ContrastiveLoss: null}}
sampler: {MPerClassSampler: {m: 4}}
mining_funcs: {}
`,
  config_models: `
models: {trunk: {bninception: {pretrained: imagenet}}, embedder: {MLP: {layer_sizes: [128]}}}
`,
  config_optimizers: `
optimizers:
  trunk_optimizer: {RMSprop: {lr: 1.0e-6, weight_decay: 1.0e-4, momentum: 0.9}}
  embedder_optimizer: {RMSprop: {lr: 1.0e-6, weight_decay: 1.0e-4, momentum: 0.9}}
`,
  config_transforms: `
transforms:
  train: {Resize: {size: 256}, RandomResizedCrop: {scale: 0.16 1, ratio: 0.75 1.33, size: 227}, RandomHorizontalFlip: {p: 0.5}}
  eval: {Resize: {size: 256}, CenterCrop: {size: 227}}
`,
  config_eval: `
tester: {GlobalEmbeddingSpaceTester: {reference_set: compared_to_self, normalize_embeddings: true, batch_size: 32, pca: null}}
ensemble: {ConcatenateEmbeddings: {normalize_embeddings: true}}
aggregator: {MeanAggregator: {split_to_aggregate: val}}
hook_container: {HookContainer: {primary_metric: precision_at_1, validation_split_name: val, save_models: true}}
`,
};

test("powerful-benchmarker's folder becomes the protocol of its paper", async () => {
  for (const [category, text] of Object.entries(benchmarker)) written(`benchmarker/${category}/default.yaml`, text);
  const made = importSpec('powerful-benchmarker', [join(folder, 'benchmarker')]);
  expect(parse(made.text)).toEqual({
    name: 'benchmarker',
    dataset: { 'cub-200': { path: 'data/CUB_200_2011', split: { by: 'fold', folds: 4, test: 0.5 }, openSet: true } },
    augment: {
      train: [
        { resize: { size: 256 } },
        { 'random-resized-crop': { size: 227, scale: [0.16, 1], ratio: [0.75, 1.33] } },
        'horizontal-flip',
      ],
      test: [{ resize: { size: 256 } }, { 'center-crop': { size: 227 } }],
    },
    sampler: { 'p-k': { imagesPerClass: 4 } },
    backbone: { 'bn-inception': { embedding: 128, weights: './bninception.pth' }, freeze: { batchNorm: 'statistics' } },
    head: null,
    losses: [{ contrastive: { squared: false, miner: 'batch-all', normalize: true, reducer: 'nonzero-mean' } }],
    optimizer: { rmsprop: { weightDecay: 1e-4, momentum: 0.9 } },
    schedule: { constant: { rate: 1e-6 } },
    train: {
      epochs: 1000,
      batch: 32,
      validateEvery: 2,
      keepBest: { metric: 'validation/precision@1' },
      patience: 9,
      use: 'best',
    },
    evaluate: [{ retrieval: {} }, { clustering: {} }],
    protocol: { folds: 4, seeds: 1 },
  });
  expect(made.notCarried).toEqual([]);
  expect(await faultsOf(made)).toBe('');
});

test('flags of its keys change what is merged, and ranges are searched: degrees as radians, temperatures as scales', async () => {
  const own = written(
    'arcface.yaml',
    `
dataset~OVERRIDE~: {Cars196: null}
loss_funcs~OVERRIDE~: {metric_loss: {ArcFaceLoss: {margin~BAYESIAN~: [0, 90], scale~LOG_BAYESIAN~: [1, 100], num_classes: 100, embedding_size: 128}}}
trainer~APPLY~2: {batch_size: 64}
optimizers:
  metric_loss_optimizer: {RMSprop: {lr~LOG_BAYESIAN~: [1.0e-6, 1], weight_decay: 1.0e-4, momentum: 0.9}}
`,
  );
  const made = importSpec('powerful-benchmarker', [join(folder, 'benchmarker'), own]);
  const spec = parse(made.text) as Record<string, unknown>;
  expect(spec).toMatchObject({
    dataset: { 'cars-196': { path: 'data/cars196' } },
    head: { cosine: {}, parameters: { rateMultiple: { logUniform: [1, 1e6] } } },
    losses: [{ arcface: { m: { uniform: [0, 1.5708] }, s: { logUniform: [1, 100] } } }],
    train: { batch: 64 },
    protocol: { search: { budget: 50, method: 'tpe' } },
  });
  expect(made.notCarried).toEqual([]);
  expect(await faultsOf(made)).toBe('');
});

test.each([
  [
    'a miner of pairs',
    'MultiSimilarityLoss: {alpha: 2, beta: 40, base: 0.5}',
    'MultiSimilarityMiner: {epsilon: 0.2}',
    [{ 'multi-similarity': { alpha: 2, beta: 40, base: 0.5, miner: { 'multi-similarity': { epsilon: 0.2 } } } }],
  ],
  [
    'semi-hard triplets',
    'TripletMarginLoss: {margin: 0.1, swap: false}',
    'TripletMarginMiner: {type_of_triplets: semihard}',
    [{ triplet: { margin: 0.1, miner: 'semi-hard', normalize: true, reducer: 'nonzero-mean' } }],
  ],
  ['a temperature', 'NormalizedSoftmaxLoss: {temperature: 0.05}', '', [{ 'normalized-softmax': { s: 20 } }]],
  [
    'proxies with a rate of their own',
    'ProxyNCALoss: {softmax_scale: 3}',
    '',
    [{ 'proxy-nca': { scale: 3, rateMultiple: 1 } }],
  ],
] as const)('losses of pytorch-metric-learning: %s', async (_, loss, miner, losses) => {
  const own = written(
    `loss-${losses.length}-${loss.length}.yaml`,
    `loss_funcs~OVERRIDE~: {metric_loss: {${loss}}}\n${miner ? `mining_funcs: {tuple_miner: {${miner}}}\n` : ''}`,
  );
  const made = importSpec('powerful-benchmarker', [join(folder, 'benchmarker'), own]);
  expect((parse(made.text) as { losses: unknown }).losses).toEqual(losses);
  expect(made.notCarried.map((line) => line.split(' ')[0])).toEqual(
    loss.includes('swap') ? ['loss_funcs.metric_loss.TripletMarginLoss.swap'] : [],
  );
  expect(await faultsOf(made)).toBe('');
});

test('the command writes the spec beside, names what is missing in it, and writes over nothing', async () => {
  const config = written('command.yaml', oml.published);
  const out = join(folder, 'made.yaml');
  const { code, stdout } = await ablateHere(['import', 'oml', config, '--out', out]);
  expect(code).toBe(0);
  expect(stdout).toContain('precision 16: Ablate computes in float32');
  expect(stdout).toContain('npx ablate validate');
  expect(parse(readFileSync(out, 'utf8'))).toMatchObject({ name: 'command', head: null });
  const again = await ablateHere(['import', 'oml', config, '--out', out]);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
});

test.each([
  [['import', 'keras', 'x.yaml'], 'There is no importer "keras"'],
  [['import', 'oml', join(folder, 'none.yaml')], 'cannot be read'],
  [['import', 'powerful-benchmarker', folder], 'There is no config_models/default.yaml'],
])('%j ends with 2', async (args, message) => {
  const { code, stderr } = await ablateHere(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
