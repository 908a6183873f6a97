// Compiles only where a plugin of 0.1 still fits: what it is given holds all that it was promised, and what it makes is
// still enough. Never to be loosened.
import type * as now from '../../../framework/contracts/plugin.ts';
import type { Dataset, Pairs, Split } from '../../../framework/contracts/dataset.ts';
import type { ForwardMode } from '../../../framework/contracts/backbone.ts';
import type { EmbeddedSplit, EvaluationInput } from '../../../framework/contracts/evaluator.ts';
import type { FigurePanel } from '../../../framework/contracts/figure.ts';
import type { Scores } from '../../../framework/contracts/head.ts';
import type { LossInput } from '../../../framework/contracts/loss.ts';
import type { GradientUpdate } from '../../../framework/contracts/optimizer.ts';
import type { LabeledEmbedding, PairLoss } from '../../../framework/contracts/pair-loss.ts';
import type { Parameter } from '../../../framework/contracts/parameter.ts';
import type { RunFolder } from '../../../framework/contracts/run-folder.ts';
import type { Progress } from '../../../framework/contracts/schedule.ts';
import type * as then from './contracts/plugin.ts';
import type * as thenDataset from './contracts/dataset.ts';
import type * as thenBackbone from './contracts/backbone.ts';
import type * as thenEvaluator from './contracts/evaluator.ts';
import type * as thenFigure from './contracts/figure.ts';
import type * as thenHead from './contracts/head.ts';
import type * as thenLoss from './contracts/loss.ts';
import type * as thenOptimizer from './contracts/optimizer.ts';
import type * as thenPairLoss from './contracts/pair-loss.ts';
import type * as thenParameter from './contracts/parameter.ts';
import type * as thenRunFolder from './contracts/run-folder.ts';
import type * as thenSchedule from './contracts/schedule.ts';

type Fits<Given, Wanted> = [Given] extends [Wanted] ? 'fits' : 'breaks';

/** What the framework gives: today's must be all that it was. */
type Given = {
  Dataset: Fits<Dataset, thenDataset.Dataset>;
  Split: Fits<Split, thenDataset.Split>;
  Pairs: Fits<Pairs, thenDataset.Pairs>;
  ForwardMode: Fits<ForwardMode, thenBackbone.ForwardMode>;
  Scores: Fits<Scores, thenHead.Scores>;
  LossInput: Fits<LossInput, thenLoss.LossInput>;
  LabeledEmbedding: Fits<LabeledEmbedding, thenPairLoss.LabeledEmbedding>;
  GradientUpdate: Fits<GradientUpdate, thenOptimizer.GradientUpdate>;
  Progress: Fits<Progress, thenSchedule.Progress>;
  Parameter: Fits<Parameter, thenParameter.Parameter>;
  EmbeddedSplit: Fits<EmbeddedSplit, thenEvaluator.EmbeddedSplit>;
  EvaluationInput: Fits<EvaluationInput, thenEvaluator.EvaluationInput>;
  FigurePanel: Fits<FigurePanel, thenFigure.FigurePanel>;
  RunFolder: Fits<RunFolder, thenRunFolder.RunFolder>;
} & { [K in then.Kind as `context of a ${K}`]: Fits<now.Contexts[K], then.Contexts[K]> };

/** What a plugin makes: yesterday's must be enough today. */
type Made = { [K in then.Kind]: Fits<then.Components[K], now.Components[K]> } & {
  [K in then.Kind as `declarations of a ${K}`]: Fits<then.Declarations<never>[K], now.Declarations<never>[K]>;
} & {
  'pair loss': Fits<thenPairLoss.PairLoss, PairLoss>;
  kinds: Fits<then.Kind, now.Kind>;
};

type BrokenOf<T> = { [Name in keyof T]: T[Name] extends 'fits' ? never : Name }[keyof T];
type Broken = BrokenOf<Given> | BrokenOf<Made>;

/** The proof; a type error here names every contract that is broken. */
export const verdict: [Broken] extends [never] ? 'every contract fits' : `${Broken} breaks plugins of 0.1` =
  'every contract fits';
