import { omlBackbone } from './oml-backbone.ts';
import { omlSchedule } from './oml-schedule.ts';
import { given, isConfigMap, kebab, type SourceConfig } from './source-config.ts';
import { fillFragment } from './spec-fragment.ts';

/** Published data sets by the folder that OML's examples have for them. */
const published: Readonly<Record<string, string>> = {
  CUB_200_2011: 'cub-200',
  CARS196: 'cars-196',
  DeepFashion_InShop: 'in-shop',
  Stanford_Online_Products: 'stanford-online-products',
};

const matterless = [
  ...['postfix', 'accelerator', 'num_workers', 'cache_size', 'logs_root', 'logs_folder', 'log_images', 'hydra', 'tags'],
  ...['hydra_dir', 'logger', 'find_unused_parameters', 'show_dataset_warnings', 'bs_val', 'criterion.args.need_logs'],
  ...['metric_args.metrics_to_exclude_from_visualization', 'metric_args.visualize_only_overall_category'],
  ...['metric_args.return_only_overall_category', 'criterion.args.in_features', 'criterion.args.num_classes'],
];

/** Arguments of the groups that OML's own configurations name, where these say no others. */
const groupArguments: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  optimizer: { lr: 1e-5 },
  sampler: { n_labels: 2, n_instances: 2 },
};

/** Puts in place what `defaults: [{optimizer: sgd}]` names: the groups of OML's own, under what the file says. */
export function withOmlGroups(tree: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { defaults, ...rest } = tree;
  const own: Record<string, unknown> = rest;
  const groups = (Array.isArray(defaults) ? defaults : []).filter(isConfigMap).flatMap(Object.entries);
  for (const [group, name] of groups) {
    const said = isConfigMap(own[group]) ? own[group] : {};
    const args = isConfigMap(said['args']) ? said['args'] : {};
    own[group] = { name, ...said, args: { ...groupArguments[group], ...args } };
  }
  return own;
}

/** Makes a spec of a training configuration of open-metric-learning, its references to itself resolved. */
export function fromOml(config: SourceConfig): Record<string, unknown> {
  config.skip(...matterless);
  if (config.peek('precision') === 32) config.skip('precision');
  else config.lose('precision', 'Ablate computes in float32');
  const devices = config.peek('devices');
  if (devices === 1 || (Array.isArray(devices) && devices.length === 1)) config.skip('devices');
  else config.lose('devices', 'a run computes on one device: batch and rate are those of one process');
  const dataset = datasetOf(config);
  const batch = batchOf(config);
  const criterion = criterionOf(config, batch.images);
  const backbone = omlBackbone(config);
  const frozen = config.number('freeze_n_epochs');
  const epochs = config.number('max_epochs');
  return given({
    seed: config.number('seed'),
    dataset: dataset.use,
    augment: augmentOf(config, dataset.options),
    sampler: batch.sampler,
    backbone: { ...backbone, ...(frozen && { freeze: { stages: 'all', until: `${frozen} epochs` } }) },
    ...criterion,
    ...omlSchedule(config, epochs),
    train: given({ epochs, batch: batch.images, ...validationOf(config, dataset.validates) }),
    evaluate: evaluatorsOf(config),
  });
}

interface ImportedDataset {
  readonly use: Record<string, unknown>;
  /** Options of it, to which transforms add. */
  readonly options: Record<string, unknown>;
  readonly validates: boolean;
}

function datasetOf(config: SourceConfig): ImportedDataset {
  const root = String(config.take('dataset_root') ?? '.').replace(/(?<=.)\/$/, '');
  const table = String(config.take('dataframe_name') ?? 'df.csv');
  const name = published[root.split('/').at(-1)!];
  const boxed = /(?<!no_)bbox/.test(table);
  if (name) {
    config.notes.push(`${name} reads the published folder itself; ${table} is not used.`);
    const options = given({ path: root, crop: boxed ? 'box' : undefined });
    return { use: { [name]: options }, options, validates: false };
  }
  config.notes.push(
    `Rows of ${table} whose split is "validation" are the validation split here, and none is a test: \`is_query\` and \`is_gallery\` are not read. Write a column of roles (train, gallery, probe) and name it by \`role\`.`,
  );
  if (boxed) config.notes.push('Boxes x_1, x_2, y_1, y_2 are not read: name a column of boxes by columns and crop.');
  const options = { file: `${root}/${table}`, path: root, image: '{path}', label: 'label', role: 'split' };
  return { use: { csv: options }, options, validates: true };
}

/** Augmentations by the names of OML's registry; what resizes is an option of the data set where it pads. */
function augmentOf(config: SourceConfig, dataset: Record<string, unknown>): Record<string, unknown> | undefined {
  const size = (role: string): number => config.number(`transforms_${role}.args.im_size`) ?? 224;
  for (const role of ['train', 'val'])
    for (const statistic of ['mean', 'std'])
      config.lose(`transforms_${role}.args.${statistic}`, 'write normalize: {mean, std} beside the backbone');
  const trained = String(config.take('transforms_train.name') ?? '');
  const side = size('train');
  const train =
    trained === 'augs_hypvit_torch'
      ? [
          {
            'random-resized-crop': {
              size: side,
              scale: [config.number('transforms_train.args.min_scale') ?? 0.2, 1],
              interpolation: 'bicubic',
            },
          },
          'horizontal-flip',
        ]
      : trained === 'augs_torch'
        ? [{ resize: { size: [side, side] } }, 'horizontal-flip']
        : undefined;
  if (!train && trained !== '')
    config.lose('transforms_train.name', 'list the augmentations it stands for under augment.train');
  const tested = String(config.take('transforms_val.name') ?? '');
  const shown = size('val');
  if (tested === 'norm_resize_hypvit_torch')
    return {
      train: train ?? [{ resize: { size: [shown, shown] } }],
      test: [
        { resize: { size: shown, interpolation: 'bicubic' } },
        { 'center-crop': { size: config.number('transforms_val.args.crop_size') ?? 224 } },
      ],
    };
  if (tested === 'norm_resize_torch')
    return { train: train ?? [{ resize: { size: [shown, shown] } }], test: [{ resize: { size: [shown, shown] } }] };
  Object.assign(dataset, { size: shown, fit: 'contain' });
  if (/^norm_resize_albu/.test(tested)) config.notes.push('Images are padded with black to a square.');
  else if (tested !== '') config.lose('transforms_val.name', 'images are padded to a square in its place');
  return train && { train };
}

function batchOf(config: SourceConfig): { sampler: Record<string, unknown>; images: number } {
  if (config.peek('sampler') === null || config.peek('sampler') === undefined) {
    config.take('sampler');
    return { sampler: { shuffle: {} }, images: config.number('bs_train') ?? 128 };
  }
  config.skip('bs_train');
  const name = String(config.take('sampler.name'));
  const classes = config.number('sampler.args.n_labels') ?? 2;
  const each = config.number('sampler.args.n_instances') ?? 2;
  if (name !== 'balance') {
    config.lose('sampler.name', '`p-k: {within: COLUMN}` draws the classes of a batch from one category, or from few');
    for (const key of config.keys('sampler.args'))
      if (!['n_labels', 'n_instances'].includes(key)) config.lose(`sampler.args.${key}`, 'see sampler.name');
  }
  config.notes.push(
    `An epoch is ⌊images / ${classes * each}⌋ batches here, and ⌊classes / ${classes}⌋ there: divide train.epochs accordingly.`,
  );
  return {
    sampler: { 'p-k': { imagesPerClass: each, classesPerBatch: classes, fewImages: 'oversample' } },
    images: classes * each,
  };
}

const miners: Readonly<Record<string, string>> = {
  all_triplets: 'batch-all',
  hard_triplets: 'batch-hard',
  hard_cluster: 'hard-cluster',
};

const classifiers: Readonly<Record<string, string>> = {
  arcface: '{arcface: {s: $s, m: $m, labelSmoothing: $smoothing_epsilon}}',
};
const triplets = 'triplet: {margin: $margin, softMargin: $soft, miner: $miner, reducer: $reducer}';
const remembered = `cross-batch-memory: {loss: {${triplets}}, size: $size, warmup: 0}`;

function criterionOf(config: SourceConfig, batch: number): Record<string, unknown> {
  const name = String(config.take('criterion.name'));
  const classified = classifiers[name];
  if (classified) {
    const args = Object.fromEntries(
      ['s', 'm', 'smoothing_epsilon'].map((key) => [key, config.number(`criterion.args.${key}`) || undefined]),
    );
    return { head: { cosine: {} }, losses: [fillFragment(classified, args).value] };
  }
  if (name !== 'triplet_with_miner') {
    config.lose('criterion.name', 'it has no counterpart: choose a loss for the spec');
    return { head: null, losses: [{ [kebab(name)]: {} }] };
  }
  const margin = config.take('criterion.args.margin');
  const reduction = config.take('criterion.args.reduction');
  const mined = String(config.take('criterion.args.miner.name') ?? 'all_triplets');
  const memory = config.number('criterion.args.miner.args.bank_size_in_batches');
  const known = miners[mined];
  if (known === undefined) {
    const instead = memory === undefined ? 'batch-hard' : 'cross-batch-memory over batch-hard';
    config.lose('criterion.args.miner.name', `${instead} stands in its place`);
    for (const key of config.keys('criterion.args.miner.args'))
      if (key !== 'bank_size_in_batches') config.lose(`criterion.args.miner.args.${key}`, 'as the miner');
  }
  const args = {
    margin: typeof margin === 'number' ? margin : undefined,
    soft: typeof margin === 'number' ? undefined : true,
    miner: known ?? 'batch-hard',
    reducer: reduction === 'sum' ? 'sum' : 'mean',
    size: memory === undefined ? undefined : memory * batch,
  };
  const loss = fillFragment(memory === undefined ? triplets : remembered, args).value;
  return { head: null, losses: [loss] };
}

function evaluatorsOf(config: SourceConfig): unknown[] {
  const numbers = (key: string): number[] | undefined => {
    const values = config.take(`metric_args.${key}`);
    return Array.isArray(values) && values.length > 0 ? values.map(Number) : undefined;
  };
  config.lose('metric_args.pcf_variance', 'the share of components behind a variance is not measured');
  const retrieval = given({
    recallAt: numbers('cmc_top_k'),
    mapAt: numbers('map_top_k'),
    precisionAt: numbers('precision_top_k'),
    distance: 'euclidean',
  });
  const rates = numbers('fmr_vals')?.filter((rate) => rate > 0 && rate < 1) ?? [];
  if (rates.length > 0) config.notes.push('fnmr@fmr is 1 − TAR@FAR of `verification`, over drawn pairs.');
  return [
    { retrieval },
    ...(rates.length > 0 ? [{ verification: { distance: 'euclidean', falseAcceptRates: rates } }] : []),
  ];
}

/** What of OML's validation `train` takes: it is measured there on the images that are for test here. */
function validationOf(config: SourceConfig, validates: boolean): Record<string, unknown> {
  if (!validates) {
    const reason = 'the published split has test images alone, measured once at the end; split off validation classes';
    for (const key of ['valid_period', 'metric_for_checkpointing', 'mode_for_checkpointing']) config.lose(key, reason);
    return {};
  }
  const [, kind, k] =
    /^OVERALL\/(cmc|map|precision)\/(\d+)$/.exec(String(config.peek('metric_for_checkpointing'))) ?? [];
  const names: Readonly<Record<string, string>> = { cmc: 'Recall', map: 'MAP', precision: 'precision' };
  const mode = config.take('mode_for_checkpointing');
  if (kind) config.take('metric_for_checkpointing');
  else config.lose('metric_for_checkpointing', 'no metric of Ablate is named so');
  return given({
    validateEvery: config.number('valid_period'),
    ...(kind && { keepBest: given({ metric: `validation/${names[kind]}@${k}`, mode }) }),
  });
}
