import { torchOptimizer } from './oml-schedule.ts';
import { pmlLoss, pmlMiner, type PmlPart } from './pml-loss.ts';
import { changed } from './spec-fragment.ts';
import { given, isConfigMap, kebab, type SourceConfig } from './source-config.ts';

/** Data sets of powerful-benchmarker, and the folders that their downloads unpack to. */
const datasets: Readonly<Record<string, { readonly name: string; readonly folder: string }>> = {
  CUB200: { name: 'cub-200', folder: 'CUB_200_2011' },
  Cars196: { name: 'cars-196', folder: 'cars196' },
  StanfordOnlineProducts: { name: 'stanford-online-products', folder: 'Stanford_Online_Products' },
};

/** Points of a search there: an argument of the command, not of the configuration. */
const budget = 50;

/** Makes a spec of the merged files of a configuration of powerful-benchmarker, flags and ranges resolved. */
export function fromPowerfulBenchmarker(config: SourceConfig): Record<string, unknown> {
  config.skip('factories', 'log_data_to_tensorboard', 'save_figures_on_tensorboard', 'save_lists_in_db', 'api_parser');
  config.skip('check_untrained_accuracy', 'skip_eval_if_already_done', 'skip_ensemble_eval_if_already_done');
  config.skip('override_required_compatible_factories', 'splits_to_eval');
  const trainer = config.keys('trainer')[0] ?? '';
  if (trainer !== 'MetricLossOnly') config.lose('trainer', 'only MetricLossOnly is carried over');
  const batch = config.number(`trainer.${trainer}.batch_size`) ?? 32;
  const iterations = config.number(`trainer.${trainer}.iterations_per_epoch`);
  if (iterations !== undefined)
    config.notes.push(
      `An epoch is ⌊images / ${batch}⌋ batches here and ${iterations} there: see to train.epochs, validateEvery and patience.`,
    );
  config.skip(...['dataloader_num_workers', 'set_min_label_to_zero'].map((key) => `trainer.${trainer}.${key}`));
  if (config.peek(`trainer.${trainer}.label_hierarchy_level`) === 0)
    config.take(`trainer.${trainer}.label_hierarchy_level`);
  if (config.peek(`trainer.${trainer}.loss_weights`) === null) config.take(`trainer.${trainer}.loss_weights`);
  const frozen = config.take(`trainer.${trainer}.freeze_trunk_batchnorm`) === true;
  const { optimizer, rate, parts, lossRate } = optimizersOf(config);
  const patience = config.number('patience');
  return given({
    dataset: datasetOf(config),
    augment: { train: transformsOf(config, 'train'), test: transformsOf(config, 'eval') },
    sampler: samplerOf(config),
    backbone: {
      ...backboneOf(config),
      ...(frozen && { freeze: { batchNorm: 'statistics' } }),
      ...(parts && { parameters: { parts } }),
    },
    ...lossesOf(config, lossRate),
    optimizer,
    schedule: { constant: { rate } },
    train: given({
      epochs: config.number('num_epochs_train'),
      batch,
      validateEvery: config.number('save_interval'),
      keepBest: { metric: watchedMetric(config) },
      patience,
      use: 'best',
    }),
    evaluate: evaluatorsOf(config),
    protocol: protocolOf(config),
  });
}

const metrics: Readonly<Record<string, string>> = {
  mean_average_precision_at_r: 'MAP@R',
  precision_at_1: 'precision@1',
  r_precision: 'R-precision',
  NMI: 'NMI',
  AMI: 'AMI',
};

/** The metric that early stopping and the choice of the best model watch. */
function watchedMetric(config: SourceConfig): string {
  const path = 'hook_container.HookContainer';
  if (config.peek(`${path}.validation_split_name`) === 'val') config.take(`${path}.validation_split_name`);
  config.skip(`${path}.save_models`);
  if (config.keys('aggregator')[0] === 'MeanAggregator') config.take('aggregator');
  const name = String(config.take(`${path}.primary_metric`) ?? 'mean_average_precision_at_r');
  if (metrics[name] === undefined) config.lose(`${path}.primary_metric`, 'MAP@R stands in its place');
  return `validation/${metrics[name] ?? 'MAP@R'}`;
}

function datasetOf(config: SourceConfig): Record<string, unknown> {
  const [name = ''] = config.keys('dataset');
  const known = datasets[name];
  config.take('dataset');
  if (!known) {
    config.lose('dataset', 'choose a data set for the spec');
    return { [kebab(name)]: {} };
  }
  const root = `data/${known.folder}`;
  config.notes.push(`${root} is to be the folder of the published download; its place is an argument there.`);
  const manager = 'split_manager.ClassDisjointSplitManager';
  const folds = config.number(`${manager}.num_training_partitions`) ?? 4;
  const test = config.number(`${manager}.test_size`) ?? 0.5;
  config.take(`${manager}.data_and_label_getter_keys`);
  for (const [key, usual] of [
    ['test_start_idx', 0.5],
    ['hierarchy_level', 0],
    ['num_training_sets', folds],
  ] as const)
    if (config.peek(`${manager}.${key}`) === usual) config.take(`${manager}.${key}`);
  return { [known.name]: { path: root, split: { by: 'fold', folds, test }, openSet: true } };
}

function protocolOf(config: SourceConfig): Record<string, unknown> {
  const folds = config.number('split_manager.ClassDisjointSplitManager.num_training_partitions') ?? 4;
  const isSearched = config.take('searched') === true;
  if (isSearched) config.notes.push(`The budget of ${budget} points is that of the paper; there it is an argument.`);
  const concatenate = config.keys('ensemble')[0] === 'ConcatenateEmbeddings';
  config.take('ensemble');
  return given({
    folds,
    seeds: 1,
    search: isSearched ? { budget, method: 'tpe' } : undefined,
    concatenate: concatenate ? undefined : false,
  });
}

const pair = (value: unknown): unknown => (typeof value === 'string' ? value.trim().split(/\s+/).map(Number) : value);

const transforms: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => unknown>> = {
  Resize: ({ size }) => ({ resize: { size: pair(size) } }),
  RandomResizedCrop: ({ size, scale, ratio }) => ({
    'random-resized-crop': given({ size: pair(size), scale: pair(scale), ratio: pair(ratio) }),
  }),
  RandomHorizontalFlip: ({ p }) => (p === undefined || p === 0.5 ? 'horizontal-flip' : { 'horizontal-flip': { p } }),
  CenterCrop: ({ size }) => ({ 'center-crop': { size: pair(size) } }),
  ColorJitter: (args) => ({ 'color-jitter': args }),
};

function transformsOf(config: SourceConfig, role: string): unknown[] {
  return config.keys(`transforms.${role}`).flatMap((name) => {
    const make = transforms[name];
    if (!make) config.lose(`transforms.${role}.${name}`, 'no augmentation is carried over from it');
    const args = config.take(`transforms.${role}.${name}`);
    return make ? [make(isConfigMap(args) ? args : {})] : [];
  });
}

function samplerOf(config: SourceConfig): Record<string, unknown> {
  const each = config.number('sampler.MPerClassSampler.m');
  if (each !== undefined && each > 1) return { 'p-k': { imagesPerClass: each } };
  if (each === undefined) config.lose('sampler', 'images are shuffled in its place');
  return { shuffle: {} };
}

function backboneOf(config: SourceConfig): Record<string, unknown> {
  const [trunk = ''] = config.keys('models.trunk');
  const pretrained = config.take(`models.trunk.${trunk}.pretrained`);
  const weights = pretrained ? `./${trunk}.pth` : undefined;
  if (weights) config.notes.push(`${weights} is to be the checkpoint that ${trunk} begins with there.`);
  const widths = config.take('models.embedder.MLP.layer_sizes');
  const columns = Array.isArray(widths) ? widths.map(Number) : [];
  if (columns.length > 1) config.notes.push('Between the layers of the embedder there is a ReLU there, and none here.');
  const [embedding = null, ...others] = columns;
  const neck = others.length > 0 ? others.map((linear) => ({ linear })) : undefined;
  config.take(`models.trunk.${trunk}`);
  const [, depth] = /^resnet(18|34|50|101|152)$/.exec(trunk) ?? [];
  if (trunk === 'bninception') return { 'bn-inception': given({ embedding, neck, weights }) };
  if (depth) return { resnet: given({ layers: Number(depth), embedding, neck, weights, preparation: 'imagenet' }) };
  config.lose('models.trunk', 'no net of Ablate is built so: choose one for the spec');
  return { [kebab(trunk)]: {} };
}

interface Optimizers {
  readonly optimizer: Record<string, unknown>;
  readonly rate: unknown;
  /** Another rate of the embedder. */
  readonly parts: Record<string, unknown> | undefined;
  /** Rate of the loss's own weights as a multiple of the run's. */
  readonly lossRate: unknown;
}

/** The trunk's optimizer becomes the run's; the others differ from it in their rate. */
function optimizersOf(config: SourceConfig): Optimizers {
  const [name = 'RMSprop'] = config.keys('optimizers.trunk_optimizer');
  const { use, rate } = torchOptimizer(config, name, `optimizers.trunk_optimizer.${name}`);
  const multipleOf = (key: string): unknown => {
    const [own] = config.keys(`optimizers.${key}`);
    if (own === undefined) return undefined;
    const other = torchOptimizer(config, own, `optimizers.${key}.${own}`);
    if (JSON.stringify(other.use) !== JSON.stringify(use))
      config.notes.push(`optimizers.${key}: only its rate is carried over; the rest is the trunk's.`);
    return typeof rate === 'number' ? changed(other.rate, (own) => own / rate) : undefined;
  };
  const embedder = multipleOf('embedder_optimizer');
  return {
    optimizer: use,
    rate,
    parts: embedder === undefined || embedder === 1 ? undefined : { embedding: { rateMultiple: embedder } },
    lossRate: multipleOf('metric_loss_optimizer'),
  };
}

function lossesOf(config: SourceConfig, lossRate: unknown): Record<string, unknown> {
  const argsOf = (path: string): Record<string, unknown> => {
    const args = config.take(path);
    return isConfigMap(args) ? args : {};
  };
  const lose = (path: string, { left, isKnown }: PmlPart): void => {
    if (!isKnown) config.lose(path, 'it has no counterpart: choose one for the spec');
    else for (const key of left) config.lose(`${path}.${key}`, 'the loss or miner here has no such option');
  };
  const minerPaths = config
    .keys('mining_funcs')
    .flatMap((role) => config.keys(`mining_funcs.${role}`).map((name) => `mining_funcs.${role}.${name}`));
  const [mined, ...others] = minerPaths;
  for (const path of others) config.lose(path, 'a loss has one miner');
  config.take('mining_funcs');
  const miner = mined === undefined ? undefined : pmlMiner(mined.split('.').at(-1)!, argsOf(mined));
  if (mined !== undefined) lose(mined, miner!);
  const made = config.keys('loss_funcs').flatMap((role) =>
    config.keys(`loss_funcs.${role}`).map((name) => {
      const path = `loss_funcs.${role}.${name}`;
      const part = pmlLoss(name, argsOf(path), { miner: miner?.use, rate: lossRate });
      lose(path, part);
      return part;
    }),
  );
  if (lossRate !== undefined && !made.some(({ hasWeights }) => hasWeights))
    config.notes.push('optimizers.metric_loss_optimizer: the loss has no weights of its own.');
  const multiple = lossRate === undefined || lossRate === 1 ? undefined : { parameters: { rateMultiple: lossRate } };
  return {
    head: made.some(({ isHeaded }) => isHeaded) ? { cosine: {}, ...multiple } : null,
    losses: made.map(({ use }) => use),
  };
}

function evaluatorsOf(config: SourceConfig): unknown[] {
  const [tester = ''] = config.keys('tester');
  config.skip(...['batch_size', 'dataloader_num_workers', 'visualizer'].map((key) => `tester.${tester}.${key}`));
  config.take(`tester.${tester}.accuracy_calculator`);
  for (const [key, usual] of [
    ['reference_set', 'compared_to_self'],
    ['normalize_embeddings', true],
    ['use_trunk_output', false],
    ['pca', null],
    ['label_hierarchy_level', 0],
  ] as const) {
    const path = `tester.${tester}.${key}`;
    if (config.peek(path) === usual) config.take(path);
    else config.lose(path, 'embeddings are searched among each other, by their cosine');
  }
  return [{ retrieval: {} }, { clustering: {} }];
}
