import { fillFragment } from './spec-fragment.ts';
import { kebab } from './source-config.ts';

/**
 * Losses of pytorch-metric-learning 2.9 as pieces of a spec, by their arguments; `$loss_rate` is the rate of the loss's
 * own weights as a multiple of the run's. `docs/coming-from/pytorch-metric-learning.md` says what differs.
 */
const losses: Readonly<Record<string, string>> = {
  ContrastiveLoss:
    'contrastive: {positiveMargin: $pos_margin, negativeMargin: $neg_margin, squared: false, miner: $miner=batch-all, normalize: true, reducer: nonzero-mean}',
  TripletMarginLoss: 'triplet: {margin: $margin=0.05, miner: $miner=batch-all, normalize: true, reducer: nonzero-mean}',
  MultiSimilarityLoss: 'multi-similarity: {alpha: $alpha, beta: $beta, base: $base, miner: $miner=batch-all}',
  NTXentLoss: 'nt-xent: {temperature: $temperature=0.07, miner: $miner}',
  SupConLoss: 'supervised-contrastive: {temperature: $temperature, miner: $miner, reducer: nonzero-mean}',
  CircleLoss: 'circle: {m: $m, gamma: $gamma, miner: $miner, reducer: nonzero-mean}',
  LiftedStructureLoss: 'lifted-structure: {margin: $neg_margin, miner: $miner, normalize: true}',
  GeneralizedLiftedStructureLoss:
    'lifted-structure: {variant: generalized, margin: $neg_margin, miner: $miner, normalize: true}',
  NPairsLoss: 'n-pair: {distance: cosine, miner: $miner}',
  FastAPLoss: 'fast-ap: {bins: $num_bins, miner: $miner}',
  SignalToNoiseRatioContrastiveLoss:
    'snr-contrastive: {positiveMargin: $pos_margin, negativeMargin: $neg_margin, lambda: $regularizer_weight, miner: $miner, normalize: true}',
  MarginLoss: 'margin: {margin: $margin, nu: $nu, beta: $beta, miner: $miner=batch-all, rateMultiple: $loss_rate=1}',
  ProxyNCALoss: 'proxy-nca: {scale: $softmax_scale=1, rateMultiple: $loss_rate=1}',
  ProxyAnchorLoss: 'proxy-anchor: {delta: $margin, alpha: $alpha, rateMultiple: $loss_rate=1}',
  SoftTripleLoss:
    'soft-triple: {subCenters: $centers_per_class, lambda: $la, gamma: $gamma, margin: $margin, tau: $reg_weight, rateMultiple: $loss_rate=1}',
  NormalizedSoftmaxLoss: 'normalized-softmax: {s: $temperature:inverse=20}',
  ArcFaceLoss: 'arcface: {m: $margin:radians=0.499164, s: $scale}',
  CosFaceLoss: 'cosface: {m: $margin, s: $scale}',
};

/** Those whose class weights are the head's here. */
const headed = new Set(['NormalizedSoftmaxLoss', 'ArcFaceLoss', 'CosFaceLoss']);

const miners: Readonly<Record<string, string>> = {
  MultiSimilarityMiner: 'multi-similarity: {epsilon: $epsilon}',
  BatchHardMiner: 'batch-hard: {}',
  BatchEasyHardMiner: 'batch-easy-hard: {}',
  PairMarginMiner: 'pair-margin: {positiveMargin: $pos_margin, negativeMargin: $neg_margin}',
  DistanceWeightedMiner: 'distance-weighted: {cutoff: $cutoff, beyond: $nonzero_loss_cutoff}',
  AngularMiner: 'angular: {angle: $angle}',
  TripletMarginMiner: 'batch-all: {}',
};

/** What a loss or miner of pytorch-metric-learning became. */
export interface PmlPart {
  readonly use: unknown;
  /** Arguments that have no place in it. */
  readonly left: readonly string[];
  readonly isKnown: boolean;
  /** Whether it needs a head of cosines. */
  readonly isHeaded: boolean;
  /** Whether it has weights of its own, here or in the head. */
  readonly hasWeights: boolean;
}

/** Translates a loss of pytorch-metric-learning and its arguments to Ablate's; it keeps its own name where there is none. */
export function pmlLoss(
  name: string,
  args: Readonly<Record<string, unknown>>,
  { miner, rate }: { readonly miner: unknown; readonly rate: unknown },
): PmlPart {
  const isHeaded = headed.has(name);
  const text = losses[name];
  if (text === undefined) return { use: { [kebab(name)]: {} }, left: [], isKnown: false, isHeaded, hasWeights: false };
  const { num_classes: _classes, embedding_size: _columns, ...others } = args;
  const { value, left } = fillFragment(text, { ...others, miner, loss_rate: rate });
  const own = left.filter((key) => key !== 'miner' && key !== 'loss_rate');
  return { use: value, left: own, isKnown: true, isHeaded, hasWeights: isHeaded || text.includes('$loss_rate') };
}

/** Translates a miner of pytorch-metric-learning as Ablate's; by its own name where there is none. */
export function pmlMiner(name: string, args: Readonly<Record<string, unknown>>): PmlPart {
  const part = { isHeaded: false, hasWeights: false };
  const { type_of_triplets: type, ...others } = args;
  if (name === 'TripletMarginMiner' && type === 'semihard')
    return { ...part, use: 'semi-hard', left: Object.keys(others), isKnown: true };
  const text = miners[name];
  if (text === undefined) return { ...part, use: kebab(name.replace(/Miner$/, '')), left: [], isKnown: false };
  const { value, left } = fillFragment(text, args);
  return { ...part, use: value, left: left.filter((key) => args[key] !== 'all'), isKnown: true };
}
