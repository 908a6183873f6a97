import type { ClassWeighting } from '../../math/logits/class-weights.ts';
import type { ParameterGroup } from '../../contracts/parameter.ts';
import type { Normalization } from '../../math/layers/normalization.ts';
import type { MixSpec } from './mix-schema.ts';
import type { ScheduledNumber } from './scheduled-number.ts';

/** A plugin and its options, every default filled in. In YAML: `name`, or `{name: {option: value}}`. */
export interface PluginUse {
  /** Short name, npm specifier or path, as the spec writes it. */
  readonly plugin: string;
  /** Options after the schema; a numeric option may still be a `ScheduledNumber` where the kind allows it (losses). */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The data set: beside its plugin's key it may have `class`. */
export interface DatasetUse extends PluginUse {
  /** The column of labels that is the class, in training and in every evaluation; the data set's own where left out. */
  readonly class?: string | { readonly train?: string; readonly test?: string };
}

/** How some parameters are optimized, where it differs from the rest. */
export interface ParametersUse extends ParameterGroup {
  /** What decays: what each layer says, whatever has two or more axes, or all; as each layer says where left out. */
  readonly decays?: 'kernels' | 'matrices' | 'all';
}

/** `parameters` beside a backbone. */
export interface BackboneParametersUse extends ParametersUse {
  /** Factor of the learning rate from each block to the one before it. */
  readonly layerDecay?: number;
  /** The beginning of parameters' names → how these are optimized. */
  readonly parts?: Readonly<Record<string, ParametersUse>>;
}

/** `freeze` beside a backbone. */
export interface FreezeUse {
  readonly stages?: 'all' | number | readonly string[];
  readonly batchNorm?: 'statistics' | 'all';
  /** `1 epoch`, `200 steps`; the whole run where left out. */
  readonly until?: string;
}

/** The backbone: beside its plugin's key it may have `normalize`, `parameters` and `freeze`. */
export interface BackboneUse extends PluginUse {
  readonly parameters?: BackboneParametersUse;
  readonly freeze?: FreezeUse | readonly FreezeUse[];
  /** Whether what the frozen blocks give is kept for each image. */
  readonly cache?: boolean;
  /** Mean and deviation of the images that its weights expect; without it they take images in [−1, 1]. */
  readonly normalize?: Normalization;
}

/** `augment:`, what images go through on their way to the network. */
export interface AugmentSpec {
  /** In training, in this order; a list for each view where they differ. */
  readonly train: readonly PluginUse[] | readonly (readonly PluginUse[])[];
  /** In every evaluation. */
  readonly test: readonly PluginUse[];
  /** Views of each image in training: 1 unless given. */
  readonly views?: number;
  /** How the images of a batch are mixed; not at all where left out. */
  readonly mix?: MixSpec;
}

/** A loss in the list: beside its plugin's key it may have `weight` and `parameters`. */
export interface LossUse extends PluginUse {
  /** Factor of this loss in the sum; 1 by default. */
  readonly weight: number | ScheduledNumber;
  /** How much the images of each class count; of classification losses alone. */
  readonly classWeights?: ClassWeighting;
  /** File of the training images' embeddings by another network. */
  readonly teacher?: string;
  /** Column of how much each image counts; of classification losses alone. */
  readonly rowWeights?: string;
  /** How the loss's own trainable parameters are optimized, where it differs from the rest. */
  readonly parameters?: ParametersUse;
}

/** The head: beside its plugin's key it may have `parameters`. */
export interface HeadUse extends PluginUse {
  readonly parameters?: ParametersUse;
}

/** `train.keepBest:` */
export interface BestCheckpoint {
  /** `validation/accuracy` */
  readonly metric: string;
  readonly mode: 'max' | 'min';
}

/** `train.average`: exponential, over steps, or equal, over the ends of epochs. */
export type AverageUse =
  | { readonly ema: number }
  | { readonly swa: { readonly start: number; readonly every: number } };

/** `train:` */
export interface TrainSpec {
  readonly epochs: number;
  /** Images a batch. */
  readonly batch: number;
  /**
   * Parts of a batch that are computed one after the other, their gradients added up: 1 unless given; `auto` until a
   * run is begun, which chooses them by memory. With `exact` the losses see the whole batch all the same.
   */
  readonly accumulate?: number | 'auto' | { readonly parts: number; readonly exact: boolean };
  /** Processes that compute a part of each batch; one where left out. */
  readonly ranks?: number;
  /** Whether batch normalization takes the statistics of all ranks; each takes its own where left out. */
  readonly syncBatchNorm?: boolean;
  /** Most steps of the whole run, or null for no limit but `epochs`. */
  readonly steps: number | null;
  /** Checkpoint every so many epochs (and always at the end). */
  readonly checkpointEvery: number;
  /** How many of the newest checkpoints stay. */
  readonly keep: number;
  /** A validation metric whose best checkpoint stays too, or null. */
  readonly keepBest?: BestCheckpoint | null;
  /** Validations in a row that may be no better by `keepBest` before training ends; left out for no early end. */
  readonly patience?: number;
  /** Which weights count after training: the last, or the best by `keepBest`; the last where left out. */
  readonly use?: 'last' | 'best';
  /** Averages the weights, and what counts is the average; left out for the weights themselves. */
  readonly average?: AverageUse;
  /** Evaluate on `validation` every so many epochs; 0 for never. */
  readonly validateEvery: number;
  /**
   * Draw the figures every so many epochs too; 0, or nothing where an older version wrote the spec, for the end alone.
   */
  readonly figuresEvery?: number;
  /** Cuts the backbone's gradients unit by unit to a share of the weights' norm; not at all where left out. */
  readonly adaptiveClipping?: { readonly factor: number; readonly epsilon: number };
  /** Norm that the whole gradient is cut to, or null for no limit. */
  readonly clipGradientNorm: number | null;
}

/** One run, resolved: no matrix, no `extends`, no interpolation left, every default visible. JSON-serializable. */
export interface RunSpec {
  readonly name: string;
  readonly description: string;
  /** An integer; everything random follows from it. */
  readonly seed: number;
  /** `auto` or a device's name. */
  readonly device: string;
  /** Threads of the native library, pinned because results depend on them to the bit. */
  readonly threads: number;
  /**
   * `locked`: the run sees nothing but training and validation. `once`: it may open the test set, once, at its end.
   * Left out: it measures on test as often as anybody likes.
   */
  readonly test?: 'locked' | 'once';
  readonly dataset: DatasetUse;
  /** Left out: images go as the data set gives them. */
  readonly augment?: AugmentSpec;
  readonly sampler: PluginUse;
  readonly backbone: BackboneUse;
  /** Null where every loss works without a head. */
  readonly head: HeadUse | null;
  readonly losses: readonly LossUse[];
  readonly optimizer: PluginUse;
  readonly schedule: PluginUse;
  readonly train: TrainSpec;
  readonly evaluate: readonly PluginUse[];
  readonly figures: readonly PluginUse[];
  readonly tracking: readonly PluginUse[];
}
