import type { z } from 'zod';
import type { PluginManifest } from '../../../contracts/plugin.ts';
import type { Check } from '../rules/check-report.ts';
import { evaluateLoss, updateLoss } from '../loss/evaluate-loss.ts';
import { disposeLoss, lossSubject, makeLoss } from '../loss/loss-subject.ts';
import { parseOptions } from '../../../plugins/parse-options.ts';
import { readParameters } from '../rules/parameter-values.ts';
import { reasonOf } from '../rules/rule.ts';
import { compareWithVector, type Comparison } from './compare-with-vector.ts';
import { lossCaseOfVector, optionsOfVector } from './loss-case-of-vector.ts';
import type { LossVector } from './vector-file.ts';

const NAME = 'agrees with the reference case';

/**
 * Compares a loss with one reference case: value, logits, gradients through head and normalization, parts, and the
 * state after one update.
 */
export function checkLossVector(
  manifest: PluginManifest<'loss'>,
  vector: LossVector,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Check> {
  return vectorCheck(vector, () => compare(manifest, vector, settings));
}

/** Makes the check of one reference case from the comparisons of its quantities. */
export async function vectorCheck(
  vector: LossVector,
  compareAll: () => Promise<readonly Comparison[]>,
): Promise<Check> {
  try {
    const comparisons = await compareAll();
    const faults = comparisons.flatMap(({ fault }) => fault ?? []);
    const worst = comparisons.reduce((one, other) =>
      other.share > one.share || Number.isNaN(other.share) ? other : one,
    );
    const numbers = { largestError: worst.largestError, largestErrorOfAllowed: worst.share };
    const found = `largest error ${numbers.largestError.toExponential(1)} (${worst.quantity}: ${(100 * worst.share).toPrecision(2)} % of what is allowed)`;
    return {
      name: NAME,
      input: vector.name,
      passed: faults.length === 0,
      message: faults.length === 0 ? found : faults.join(' '),
      ...numbers,
    };
  } catch (error) {
    return { name: NAME, input: vector.name, passed: false, message: reasonOf(error) };
  }
}

async function compare(
  manifest: PluginManifest<'loss'>,
  vector: LossVector,
  settings: Readonly<Record<string, unknown>>,
): Promise<Comparison[]> {
  const known = new Set(Object.keys((manifest.schema as Partial<z.ZodObject>).shape ?? {}));
  const subject = lossSubject(manifest, parseOptions(manifest, { ...settings, ...optionsOfVector(vector, known) }));
  const input = lossCaseOfVector(vector, subject.needs);
  const loss = await makeLoss(subject, input);
  try {
    const outcome = await evaluateLoss(loss, input, subject.needs);
    updateLoss(loss, input, subject.needs);
    return compareWithVector(vector, input, outcome, await readParameters(loss.parameters));
  } finally {
    disposeLoss(loss);
  }
}
