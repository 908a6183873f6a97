/** What optimizers and schedules are made of: slots, steps, weight decay, warm-up. */
export { Slots } from '../math/optimizers/slots.ts';
export { scalars } from '../math/optimizers/scalars.ts';
export { weightDecayOf } from '../math/optimizers/weight-decay-of.ts';
export { perParameter } from '../math/optimizers/per-parameter.ts';
export type { ParameterStep } from '../math/optimizers/per-parameter.ts';
export { trustRatio } from '../math/optimizers/trust-ratio.ts';
export type { TrustRatioOptions } from '../math/optimizers/trust-ratio.ts';
export { innerOptimizer, refuseSampledRows } from '../math/optimizers/inner-optimizer.ts';
export { adaptiveMoments } from '../math/optimizers/adaptive-moments.ts';
export type { AdaptiveMomentsOptions } from '../math/optimizers/adaptive-moments.ts';
export { warmupFactor, warmupSchema, warmupSteps } from '../math/optimizers/warmup.ts';
export type { Warmup } from '../math/optimizers/warmup.ts';
