import * as tf from '@tensorflow/tfjs';
import type { PluginManifest } from '../../contracts/plugin.ts';
import { AblateError } from '../../errors/ablate-error.ts';
import { reportOf, type Check, type CheckReport } from '../check-report.ts';
import { parseOptions } from '../parse-options.ts';
import { applyRules } from '../rule.ts';
import { checkLossVector } from '../vectors/check-loss-vectors.ts';
import { readVectors } from '../vectors/vector-file.ts';
import { lossRules } from './loss-rules.ts';
import { lossSubject } from './loss-subject.ts';

/** What a check is run with. */
export interface LossCheckOptions {
  /** The loss's options; what is left out has the schema's default. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A file of reference cases: then these are compared, else the rules that need no reference. */
  readonly vectors?: string | URL;
  /** Devices to compare with the one in use, by name. */
  readonly devices?: readonly string[];
}

/**
 * Checks a loss on the device in use: against reference cases, or by what needs no reference.
 *
 * @throws AblateError PLUGIN_OPTIONS where the schema refuses `options`; DATA_NOT_FOUND or DATA_INVALID for the file
 */
export async function checkLoss<M extends { readonly kind: 'loss' }>(plugin: M, { options = {}, vectors, devices = [] }: LossCheckOptions = {}): Promise<CheckReport> {
  const manifest = plugin as unknown as PluginManifest<'loss'>;
  const subject = { kind: manifest.kind, plugin: manifest.name, device: tf.getBackend() };
  if (vectors === undefined) {
    const parsed = parseOptions(manifest, options);
    return reportOf({ ...subject, options: parsed }, await applyRules(lossRules, lossSubject(manifest, parsed, devices)));
  }
  const { losses, loss } = await readVectors(vectors);
  if (losses.length === 0) throw new AblateError('DATA_INVALID', `${String(vectors)} holds cases of "${loss}", not of a loss.`, { remedy: 'Check an evaluator with it: ablate check retrieval --vectors FILE' });
  const checks: Check[] = [];
  for (const vector of losses) checks.push(await checkLossVector(manifest, vector, options));
  return reportOf({ ...subject, options }, checks);
}
