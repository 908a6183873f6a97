/** What a plugin author's tests import: the checks that every plugin must pass. */
export { describeConformance } from '../author/conformance/describe-conformance.ts';
export type { ConformanceOptions, TestRunner } from '../author/conformance/describe-conformance.ts';
export { checkLoss, checkPlugin } from '../author/conformance/check-plugin.ts';
export type { AnyManifest } from '../author/conformance/check-plugin.ts';
export type { CheckOptions } from '../author/conformance/rules/check-options.ts';
export type { Check, CheckReport } from '../author/conformance/rules/check-report.ts';
export { composeLosses } from '../author/conformance/loss/compose-losses.ts';
export { lossInput } from '../author/conformance/loss/loss-input.ts';
export type { LossInputOptions } from '../author/conformance/loss/loss-input.ts';
export { readmeFaults } from '../author/conformance/readme-faults.ts';
