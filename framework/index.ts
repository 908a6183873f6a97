/**
 * What every plugin imports: the contracts, `definePlugin`, `tf`, `z`, `ops`, errors, randomness; and `run`, for
 * scripts.
 */
export * as tf from './devices/tf.ts';
export { z } from 'zod';
export { frameworkVersion } from './base/system/version.ts';
export { definePlugin } from './plugins/define-plugin.ts';
export { AblateError } from './base/errors/ablate-error.ts';
export type { ErrorCode } from './base/errors/codes.ts';
export { Random } from './base/random/random.ts';
export { RandomStreams } from './base/random/random-streams.ts';
export { ops } from './math/ops/ops.ts';
export type { Ops } from './math/ops/ops.ts';
export { customGradient, differentiated } from './math/ops/custom-gradient.ts';
export type { Differentiated } from './math/ops/custom-gradient.ts';
export { withoutGradient } from './math/ops/without-gradient.ts';
export { parameterOf } from './math/layers/parameter-of.ts';
export { innerUseSchema } from './plugins/inner-use-schema.ts';
export { run } from './app/api/run.ts';
export type { SpecRun } from './app/api/run.ts';
export type { LibraryEvent, RunOfEvent, RunSettings } from './app/api/run-settings.ts';
export type { PlanReport } from './runs/execute/run-plan.ts';
export type { RunOutcome } from './runs/plan/run-outcome.ts';
export type * from './contracts/run-event.ts';
export type * from './contracts/parameter.ts';
export type * from './contracts/augmentation.ts';
export type * from './contracts/column.ts';
export type * from './contracts/dataset.ts';
export type * from './contracts/sampler.ts';
export type * from './contracts/backbone.ts';
export type * from './contracts/head.ts';
export type * from './contracts/loss.ts';
export type * from './contracts/pair-loss.ts';
export type * from './contracts/pair-parts.ts';
export type * from './contracts/distance.ts';
export type * from './contracts/miner.ts';
export type * from './contracts/reducer.ts';
export type * from './contracts/regularizer.ts';
export type * from './contracts/class-table.ts';
export type * from './contracts/optimizer.ts';
export type * from './contracts/schedule.ts';
export type * from './contracts/evaluator.ts';
export type * from './contracts/post-processor.ts';
export type * from './contracts/figure.ts';
export type * from './contracts/tracker.ts';
export type * from './contracts/launcher.ts';
export type * from './contracts/run-folder.ts';
export type * from './contracts/plugin.ts';
