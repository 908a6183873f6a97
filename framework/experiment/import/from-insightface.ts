import { given, type SourceConfig } from './source-config.ts';
import { fillFragment } from './spec-fragment.ts';

/** What `configs/base.py` of insightface's `arcface_torch` says, over which each configuration goes. */
export const insightfaceBase: Readonly<Record<string, unknown>> = {
  margin_list: [1, 0.5, 0],
  network: 'r50',
  embedding_size: 512,
  sample_rate: 1,
  interclass_filtering_threshold: 0,
  batch_size: 128,
  gradient_acc: 1,
  optimizer: 'sgd',
  lr: 0.1,
  momentum: 0.9,
  weight_decay: 5e-4,
  warmup_epoch: 0,
  seed: 2048,
};

const layers: Readonly<Record<string, number>> = { r18: 18, r34: 34, r50: 50, r100: 100, r200: 200 };

/** Makes a spec of a configuration of insightface's `arcface_torch`, its `base.py` included. */
export function fromInsightface(config: SourceConfig): Record<string, unknown> {
  const accumulate = config.number('gradient_acc') ?? 1;
  config.notes.push(
    'batch_size is that of one GPU there: multiply train.batch by their number, or divide the rate by it.',
  );
  if (config.take('fp16') === true) config.lose('fp16', 'Ablate computes in float32');
  if (config.take('dali_aug') === true) config.lose('dali_aug', 'list augmentations under augment.train');
  for (const key of config.keys()) if (/^(?:wandb|using_wandb|suffix_run)/.test(key)) config.skip(key);
  config.skip('output', 'verbose', 'frequent', 'resume', 'save_all_states', 'save_artifacts', 'num_workers');
  config.skip('num_image', 'dali');
  const rate = config.number('lr');
  const warmup = config.number('warmup_epoch') ?? 0;
  return given({
    seed: config.number('seed'),
    dataset: { 'record-io': recordIo(config) },
    augment: { train: ['horizontal-flip'] },
    sampler: { shuffle: {} },
    backbone: backboneOf(config),
    head: headOf(config),
    losses: [lossOf(config)],
    optimizer: optimizerOf(config),
    schedule: { polynomial: given({ rate, power: 1, warmup: warmup > 0 ? { epochs: warmup } : undefined }) },
    train: given({
      epochs: config.number('num_epoch'),
      batch: (config.number('batch_size') ?? 128) * accumulate,
      accumulate: accumulate > 1 ? accumulate : undefined,
    }),
    evaluate: [{ verification: { flip: 'sum' } }],
  });
}

function recordIo(config: SourceConfig): Record<string, unknown> {
  const folder = String(config.take('rec') ?? 'data');
  const targets = config.take('val_targets');
  const [first, ...others] = Array.isArray(targets) ? targets.map(String) : [];
  if (others.length > 0)
    config.notes.push(
      `A data set has one file of pairs, here ${first}.bin; measure ${others.join(', ')} by \`ablate evaluate\` with another pairs file.`,
    );
  return given({
    rec: `${folder}/train.rec`,
    classes: config.number('num_classes'),
    pairs: first === undefined ? undefined : `${folder}/${first}.bin`,
  });
}

function backboneOf(config: SourceConfig): Record<string, unknown> {
  const network = String(config.take('network'));
  const embedding = config.number('embedding_size');
  if (layers[network] !== undefined) return { iresnet: given({ layers: layers[network], embedding }) };
  if (network === 'mbf') {
    config.notes.push("mbf: Ablate's mobile-facenet is the paper's, half as wide as insightface's.");
    return { 'mobile-facenet': given({ embedding }) };
  }
  config.lose('network', 'no net of Ablate is built so: choose one for the spec');
  return { [network.replaceAll('_', '-')]: {} };
}

function headOf(config: SourceConfig): Record<string, unknown> {
  const rate = config.number('sample_rate') ?? 1;
  return rate < 1 ? { sampled: { scores: 'cosine', rate } } : { cosine: {} };
}

const margins = {
  angle: 'arcface: {s: 64, m: $m2, guard: none, gradient: straight-through, interclassFilter: $interclassFilter}',
  cosine: 'cosface: {s: 64, m: $m3, interclassFilter: $interclassFilter}',
  both: 'combined-margin: {s: 64, m1: $m1, m2: $m2, m3: $m3}',
};
const filled = (text: string, args: Readonly<Record<string, unknown>>): unknown => fillFragment(text, args).value;

/** The two branches of `CombinedMarginLoss`: an angle added to outside of the gradient, or a cosine taken from. */
function lossOf(config: SourceConfig): unknown {
  const list = config.take('margin_list');
  const [m1 = 1, m2 = 0, m3 = 0] = Array.isArray(list) ? list.map(Number) : [];
  const filter = config.number('interclass_filtering_threshold') ?? 0;
  const interclassFilter = filter > 0 ? filter : undefined;
  const margin = { m1, m2, m3, interclassFilter };
  if (m1 === 1 && m3 === 0) return filled(margins.angle, margin);
  if (m1 === 1 && m2 === 0) return filled(margins.cosine, margin);
  config.notes.push('Where the third margin is set, insightface leaves the first two out; the spec has all three.');
  if (filter > 0) config.lose('interclass_filtering_threshold', 'combined-margin has no such filter');
  return filled(margins.both, margin);
}

function optimizerOf(config: SourceConfig): Record<string, unknown> {
  const name = String(config.take('optimizer'));
  const [momentum, weightDecay] = [config.number('momentum'), config.number('weight_decay')];
  config.notes.push(
    'Biases and normalization have no weight decay here; `backbone: {…, parameters: {decays: all}}` gives it to them.',
  );
  return name === 'sgd' ? { sgd: given({ momentum, weightDecay }) } : { [name]: given({ weightDecay }) };
}
