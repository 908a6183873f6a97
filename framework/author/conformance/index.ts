/** What a plugin author's tests import: the checks that every plugin must pass. */
export { describeConformance } from './describe-conformance.ts';
export type { ConformanceOptions, TestRunner } from './describe-conformance.ts';
export { checkLoss, checkPlugin } from './check-plugin.ts';
export type { AnyManifest } from './check-plugin.ts';
export type { CheckOptions } from './rules/check-options.ts';
export type { Check, CheckReport } from './rules/check-report.ts';
export { composeLosses } from './loss/compose-losses.ts';
export { lossInput } from './loss/loss-input.ts';
export type { LossInputOptions } from './loss/loss-input.ts';
export { readmeFaults } from './readme-faults.ts';
