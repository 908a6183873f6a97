import type { z } from 'zod';
import type { Augment, Augmentation } from './augmentation.ts';
import type { Backbone, ReferenceNet } from './backbone.ts';
import type { ColumnKind, ColumnNeeds } from './column.ts';
import type { Dataset, DatasetListing, ImageShape, Split } from './dataset.ts';
import type { DecodedImages } from './decoded-images.ts';
import type { Distance } from './distance.ts';
import type { Evaluator, MetricMeaning } from './evaluator.ts';
import type { Figure } from './figure.ts';
import type { Head } from './head.ts';
import type { Launcher } from './launcher.ts';
import type { Loss, LossNeeds } from './loss.ts';
import type { Miner } from './miner.ts';
import type { Optimizer } from './optimizer.ts';
import type { PostProcessor } from './post-processor.ts';
import type { Reducer } from './reducer.ts';
import type { Regularizer } from './regularizer.ts';
import type { Sampler } from './sampler.ts';
import type { Schedule } from './schedule.ts';
import type { Tracker } from './tracker.ts';
import type { RandomStreams } from '../base/random/random-streams.ts';

/** What every factory gets. */
export interface BaseContext {
  /** The run's random numbers, scoped to this component. */
  readonly streams: RandomStreams;
}

/** For `inspect`: where files lie. */
export interface InspectionContext {
  /** Folder that relative paths are resolved against: the spec file's. */
  readonly baseDirectory: string;
  /** The user's cache folder for downloads. */
  readonly cacheDirectory: string;
  /**
   * Nothing is fetched: `locateFile` ends the inspection, without a fault, at an address whose file is not in the
   * cache.
   */
  readonly offline: true;
  /** Tells the person who validates the spec. */
  readonly warn: (message: string) => void;
  /**
   * Where given, a data set of image files reads each of its images, once, and hands its bytes over, or why they cannot
   * be read.
   */
  readonly examine?: (name: string, bytes: Uint8Array | Error) => Promise<void>;
}

/** What `inspect` may give: a data set's listing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a plugin of any kind may give nothing
export type Inspected<K extends Kind> = K extends 'dataset' ? DatasetListing | void : void;

/** For datasets. */
export interface DatasetContext extends BaseContext {
  /** Folder that relative paths are resolved against: the spec file's. */
  readonly baseDirectory: string;
  /** The user's cache folder for downloads. */
  readonly cacheDirectory: string;
  /** Tells the person at the terminal, and the journal; absent where nobody listens. */
  readonly warn?: ((message: string) => void) | undefined;
  /** What the runs of the plan have decoded; for `imageDataset`, which gets this context. */
  readonly decoded?: DecodedImages | undefined;
  /** What the spec's `augment` has the images go through; for `imageDataset`, which gets this context. */
  readonly augment?: Augment | undefined;
  /** Aborted where the run is told to stop: what waits for a server ends; absent where nobody can tell. */
  readonly signal?: AbortSignal | undefined;
}

/** For samplers. */
export interface SamplerContext extends BaseContext {
  /** The training split. */
  readonly split: Split;
  /** `train.batch`: images a batch. */
  readonly batch: number;
}

/** For backbones. */
export interface BackboneContext extends BaseContext {
  readonly imageShape: ImageShape;
  readonly baseDirectory: string;
  readonly cacheDirectory: string;
  /** As a data set's. */
  readonly signal?: AbortSignal | undefined;
}

/** For heads, losses and the parts of losses. */
export interface ClassContext extends BaseContext {
  /** Columns of the embedding. */
  readonly dim: number;
  /** Training classes. */
  readonly classes: number;
  /** Training images of each class, `[classes]`. A run always gives them; absent where a test makes the context. */
  readonly classCounts?: Int32Array;
  /** `train.batch`: images a batch at most; absent in a checker. */
  readonly batch?: number;
  /** Columns that a loss `needs`, by name: their kind, and the size of a row: names, numbers of a vector, 4 or 1. */
  readonly columns?: Readonly<Record<string, { readonly kind: ColumnKind; readonly size: number }>>;
  /** Tells the person at the terminal, and the journal; absent where nobody listens. */
  readonly warn?: (message: string) => void;
  /**
   * Makes a loss that another one wraps, or a part of a loss, from what an option says: a name, or `{name: {option:
   * value}}`. The wrapper owns it: it lists a loss's parameters among its own and calls `update`. The options are
   * checked by that plugin's schema and cannot be scheduled. Absent where nothing can be wrapped: for heads, and in a
   * checker without a catalogue.
   *
   * @throws AblateError PLUGIN_NOT_FOUND; PLUGIN_OPTIONS naming the wrapped plugin and the option it refuses
   */
  readonly component?: <K extends LossPart>(kind: K, use: InnerUse) => Promise<Components[K]>;
}

/** The kinds that a loss can be made of. */
export type LossPart = 'loss' | 'distance' | 'miner' | 'reducer' | 'regularizer';

/** For optimizers. */
export interface OptimizerContext extends BaseContext {
  /**
   * Makes an optimizer that another one wraps, as a loss's context does. Absent in a checker without a catalogue.
   *
   * @throws AblateError PLUGIN_NOT_FOUND; PLUGIN_OPTIONS naming the wrapped plugin and the option it refuses
   */
  readonly component?: (kind: 'optimizer', use: InnerUse) => Promise<Optimizer>;
}

/** For schedules. */
export interface ScheduleContext extends BaseContext {
  /** Makes a schedule that another one is made of, as an optimizer's context does. */
  readonly component?: (kind: 'schedule', use: InnerUse) => Promise<Schedule>;
}

/** What a plugin declares that wraps others of its kind. */
export interface WrapsOthers<Options> {
  /**
   * Plugins of its kind that its options name, as it will ask `component` for them: a spec is checked with them before
   * anything runs.
   */
  readonly inner?: (options: Options) => readonly InnerUse[];
}

/** What a plugin declares that is made of plugins of other kinds. */
export interface MadeOfParts<Options> {
  /** Plugins that its options name, as it will ask `component` for them; checked as `inner` is. */
  readonly parts?: (options: Options) => readonly PartUse[];
}

/** A part of a loss, or what an evaluator's embeddings go through: its kind, and what the option says. */
export interface PartUse<K extends Kind = LossPart | 'post-processor'> {
  readonly kind: K;
  readonly use: InnerUse;
}

/** A plugin within another's options, as YAML writes it. */
export type InnerUse = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** For evaluators. */
export interface EvaluatorContext extends BaseContext {
  /**
   * Makes a post-processor that an option names, as a loss's context does with its parts. Absent in a checker without a
   * catalogue.
   *
   * @throws AblateError PLUGIN_NOT_FOUND; PLUGIN_OPTIONS naming the post-processor and the option it refuses
   */
  readonly component?: (kind: 'post-processor', use: InnerUse) => Promise<PostProcessor>;
}

/** For trackers. */
export interface TrackerContext extends BaseContext {
  /** The experiment's name and the label of this run in it. */
  readonly experiment: string;
  readonly run: string;
  /** Tells the person at the terminal something that should not wait until the end; absent where nobody listens. */
  readonly warn?: (message: string) => void;
}

/** Kind of plugin → what its factory makes. */
export interface Components {
  dataset: Dataset;
  augmentation: Augmentation;
  sampler: Sampler;
  backbone: Backbone;
  head: Head;
  loss: Loss;
  distance: Distance;
  miner: Miner;
  reducer: Reducer;
  regularizer: Regularizer;
  optimizer: Optimizer;
  schedule: Schedule;
  'post-processor': PostProcessor;
  evaluator: Evaluator;
  figure: Figure;
  tracker: Tracker;
  launcher: Launcher;
}

/** Kind of plugin → what its factory is given. */
export interface Contexts {
  dataset: DatasetContext;
  augmentation: BaseContext;
  sampler: SamplerContext;
  backbone: BackboneContext;
  head: ClassContext;
  loss: ClassContext;
  distance: ClassContext;
  miner: ClassContext;
  reducer: ClassContext;
  regularizer: ClassContext;
  optimizer: OptimizerContext;
  schedule: ScheduleContext;
  'post-processor': BaseContext;
  evaluator: EvaluatorContext;
  figure: BaseContext;
  tracker: TrackerContext;
  launcher: BaseContext;
}

/** A kind of plugin. */
export type Kind = keyof Components;

/** What a plugin declares that reads files of the user's. */
export interface ReadsFiles<Options> {
  /**
   * Files that it reads though no option names them, such as the weights beside a model: option → absolute paths. A
   * run's provenance keeps their digests. What is missing or damaged is for `create` to tell.
   */
  readonly files?: (options: Options, baseDirectory: string) => Promise<Readonly<Record<string, readonly string[]>>>;
}

/** What a plugin declares that reads columns of the data set. */
export interface ReadsColumns<Options> {
  /** Columns that it reads by its options; checked before the run. */
  readonly columns?: (options: Options) => ColumnNeeds;
}

/** What a value may not depend on: the norm of embeddings, the order of a batch's rows, the numbers of classes. */
export type Invariance = 'embedding-scale' | 'batch-permutation' | 'class-permutation';

/** A metric that something goes by, and which way it takes for better. */
export interface WatchedDirection {
  /** `validation/accuracy` */
  readonly metric: string;
  readonly mode: 'max' | 'min';
}

/** What a plugin can declare beside its factory, by kind; read before the run, when nothing is built yet. */
export interface Declarations<Options> {
  dataset: ReadsFiles<Options> & {
    /** Columns that its images have by its options; undefined where only its files tell. */
    readonly columns?: (options: Options) => ColumnNeeds | undefined;
  };
  augmentation: Record<never, never>;
  sampler: ReadsColumns<Options> & {
    /** Images of each class that every batch holds at least, for losses that need positives. */
    readonly imagesPerClass?: (options: Options) => number;
    /**
     * Classes that every batch of `batch` images holds at least, for losses that need negatives; a batch lists them one
     * after another.
     */
    readonly classesPerBatch?: (options: Options, batch: number) => number;
  };
  backbone: ReadsFiles<Options> & {
    /** Embedding columns by the options, for checks before the run; undefined where the images decide too. */
    readonly dim?: (options: Options) => number | undefined;
    /**
     * Options that make it the same net as another library's class, but for `weights` and `preparation`; undefined
     * where it is not that net. What `ablate check backbones --net FOLDER` builds.
     */
    readonly reference?: (net: ReferenceNet) => Readonly<Record<string, unknown>> | undefined;
  };
  head: {
    /** What kind of scores it gives, and how many sub-centers a class. */
    readonly gives: (options: Options) => { scores: 'linear' | 'cosine'; subCenters: number };
  };
  loss: WrapsOthers<Options> &
    MadeOfParts<Options> & {
      readonly needs?: (options: Options) => LossNeeds;
      /**
       * Inputs whose gradient is by design not the derivative of the value (a custom gradient such as the released
       * code's rule for centers): `embedding`, `classWeights`, `bias` or a parameter's name → why. What
       * `withoutGradient` holds constant needs no entry.
       */
      readonly inexactGradients?: (options: Options) => Readonly<Partial<Record<string, string>>>;
      /** Invariances that the checker may test, as far as the loss's miner has them too. */
      readonly invariances?: (options: Options) => readonly Invariance[];
    };
  distance: Record<never, never>;
  miner: MadeOfParts<Options> & {
    /**
     * What its choice does not change with; of a scale, where the loss's distances do not. One that draws by the place
     * in the batch has none.
     */
    readonly invariances?: (options: Options) => readonly Invariance[];
  };
  reducer: Record<never, never>;
  regularizer: Record<never, never>;
  optimizer: WrapsOthers<Options>;
  schedule: WrapsOthers<Options> & {
    /** Metrics of validation that decide by their direction, for the check that their evaluator means it so. */
    readonly watches?: (options: Options) => readonly WatchedDirection[];
  };
  'post-processor': Record<never, never>;
  evaluator: ReadsColumns<Options> &
    MadeOfParts<Options> & {
      /** Roles of which at least one must exist in the data set. */
      readonly roles?: (options: Options) => readonly string[];
      /**
       * Answers one case of a file of reference cases by the same code that evaluates: its `input` → the entries of its
       * `expected` (`test/reference/vectors/metrics.json`). What `ablate check EVALUATOR --vectors FILE` compares to
       * 1e-9.
       */
      readonly answer?: (
        input: Readonly<Record<string, unknown>>,
      ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
      /**
       * Its metrics by name: which way is better and what values there can be, for tables that mark the best. A `*`
       * stands for any text (`TAR@FAR=*`), and the first name that fits counts. One that says nothing is compared, and
       * nothing is marked as best.
       */
      readonly metrics?: Readonly<Record<string, MetricMeaning>>;
      /** Whether it reads `predictions`, so that a head is needed. */
      readonly predictions?: boolean;
    };
  figure: ReadsColumns<Options>;
  tracker: Record<never, never>;
  launcher: {
    /** Processors of a task by the options; what runs of a spec that names no threads have. */
    readonly processors?: (options: Options) => number;
  };
}

/** What a plugin package exports by default. Make it with `definePlugin`. */
export type PluginManifest<K extends Kind = Kind, Schema extends z.ZodType = z.ZodType> = {
  readonly kind: K;
  /** Kebab-case, what a spec writes. */
  readonly name: string;
  /** One line for `ablate list`. */
  readonly summary: string;
  /** Range of framework versions it works with: `^0.1.0`. */
  readonly framework: string;
  /** Options: a strict zod object; every option has `.describe(...)` and, unless required, `.default(...)`. */
  readonly schema: Schema;
  /**
   * Makes the component. `options` is a live view: a numeric option that the spec gives as a schedule changes from step
   * to step, so read options where they are used and do not copy them. May throw an AblateError.
   */
  readonly create: (options: z.output<Schema>, context: Contexts[K]) => Components[K] | Promise<Components[K]>;
  /**
   * Looks at the files that the options name, before any run of the spec begins: opens and lists, decodes and fetches
   * nothing, keeps nothing open. Throws the AblateError that `create` would; its `given`, the option's value, is where
   * the spec is faulted. A data set may give what it found.
   */
  readonly inspect?: (options: z.output<Schema>, context: InspectionContext) => Inspected<K> | Promise<Inspected<K>>;
} & Declarations<z.output<Schema>>[K];
