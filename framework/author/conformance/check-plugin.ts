import type { CheckOptions } from './rules/check-options.ts';
import * as tf from '@tensorflow/tfjs';
import type { Kind, PluginManifest } from '../../contracts/plugin.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { reportOf, type Check, type CheckReport } from './rules/check-report.ts';
import { augmentationRules } from './kinds/augmentation-rules.ts';
import { backboneRules } from './kinds/backbone-rules.ts';
import { datasetRules } from './kinds/dataset-rules.ts';
import { postProcessorRules } from './kinds/post-processor-rules.ts';
import { evaluatorRules } from './kinds/evaluator-rules.ts';
import { figureRules } from './kinds/figure-rules.ts';
import { headRules } from './kinds/head-rules.ts';
import { launcherRules } from './kinds/launcher-rules.ts';
import { lossOfPart } from './kinds/loss-of-part.ts';
import { optimizerRules } from './kinds/optimizer-rules.ts';
import { samplerRules } from './kinds/sampler-rules.ts';
import { scheduleRules } from './kinds/schedule-rules.ts';
import { trackerRules } from './kinds/tracker-rules.ts';
import { subjectOf } from './kinds/subject.ts';
import { lossRules } from './loss/loss-rules.ts';
import { lossSubject } from './loss/loss-subject.ts';
import { parseOptions } from '../../plugins/parse-options.ts';
import { applyRule, type Rule } from './rules/rule.ts';
import { checkHeadVector } from './vectors/check-head-vector.ts';
import { checkLossVector } from './vectors/check-loss-vector.ts';
import { checkMetricVector } from './vectors/check-metric-vector.ts';
import { checkMinerVector } from './vectors/check-miner-vector.ts';
import { readVectors, type VectorFile } from './vectors/vector-file.ts';

/** Any plugin's manifest, whatever its schema. */
export type AnyManifest = { readonly kind: Kind; readonly name: string };

/** One step of a check: a rule or a reference case, which gives one or several results. */
export interface CheckStep {
  readonly name: string;
  run(): Promise<Check[]>;
}

const partKinds = ['distance', 'miner', 'reducer', 'regularizer'] as const;
type PartManifest = PluginManifest<(typeof partKinds)[number]>;

const rules: { readonly [K in Kind]?: readonly Rule<never>[] } = {
  dataset: datasetRules,
  augmentation: augmentationRules,
  sampler: samplerRules,
  backbone: backboneRules,
  head: headRules,
  optimizer: optimizerRules,
  schedule: scheduleRules,
  'post-processor': postProcessorRules,
  evaluator: evaluatorRules,
  figure: figureRules,
  tracker: trackerRules,
  launcher: launcherRules,
};

/**
 * Lists the steps by which a plugin is checked without reference cases.
 *
 * @throws AblateError PLUGIN_OPTIONS where the schema refuses `options`; USAGE for a kind that has no rules
 */
export function checkSteps(plugin: AnyManifest, { options = {}, devices, location }: CheckOptions = {}): CheckStep[] {
  const manifest = plugin as PluginManifest;
  const parsed = parseOptions(manifest, options);
  const stepsOf = <Subject>(those: readonly Rule<Subject>[], subject: Subject): CheckStep[] =>
    those.map((rule) => ({ name: rule.name, run: () => applyRule(rule, subject) }));
  if (manifest.kind === 'loss')
    return stepsOf(lossRules, lossSubject(manifest as PluginManifest<'loss'>, parsed, { devices, location }));
  if (partKinds.some((kind) => kind === manifest.kind))
    return stepsOf(
      lossRules,
      lossSubject(lossOfPart(manifest as PartManifest, location), parsed, { devices, location }),
    );
  const those = rules[manifest.kind];
  if (!those)
    throw new AblateError('USAGE', `There are no rules for plugins of kind ${manifest.kind}.`, {
      remedy: `Kinds that can be checked: loss, ${partKinds.join(', ')}, ${Object.keys(rules).join(', ')}.`,
    });
  return stepsOf(those, subjectOf(manifest, parsed, location) as never);
}

/**
 * Lists the steps by which a plugin is compared with a file of reference cases, one a case.
 *
 * @throws AblateError DATA_NOT_FOUND or DATA_INVALID for the file; USAGE where it holds no case for this plugin
 */
export async function vectorSteps(
  plugin: AnyManifest,
  vectors: string | URL,
  settings: CheckOptions['options'] = {},
): Promise<CheckStep[]> {
  const manifest = plugin as PluginManifest;
  const file = await readVectors(vectors);
  const steps = casesFor(manifest, file, settings);
  if (steps.length > 0) return steps;
  throw new AblateError(
    'USAGE',
    `${String(vectors)} holds cases of "${file.loss}", none of the ${manifest.kind} "${manifest.name}".`,
    {
      remedy:
        'Losses, evaluators, miners and some regularizers have files of reference cases, and so has a sampled head (partial-fc).',
    },
  );
}

function casesFor(
  manifest: PluginManifest,
  file: VectorFile,
  settings: Readonly<Record<string, unknown>>,
): CheckStep[] {
  if (manifest.kind === 'evaluator') {
    return file.metrics
      .filter(({ kind }) => kind === manifest.name)
      .map((vector) => ({
        name: vector.name,
        run: async () => [await checkMetricVector(manifest as PluginManifest<'evaluator'>, vector)],
      }));
  }
  const sampled = file.loss === 'partial-fc';
  if (manifest.kind === 'head' && sampled) {
    const loss = async (name: string): Promise<PluginManifest<'loss'>> =>
      (await (await createCatalogue()).load('loss', name, process.cwd())).manifest;
    return file.losses.map((vector) => ({
      name: vector.name,
      run: async () => [
        await checkHeadVector({ manifest: manifest as PluginManifest<'head'>, options: settings, loss }, vector),
      ],
    }));
  }
  if (manifest.kind === 'miner') {
    return file.miners
      .filter(({ params }) => params.miner === manifest.name)
      .map((vector) => ({
        name: vector.name,
        run: async () => [await checkMinerVector(manifest as PluginManifest<'miner'>, vector)],
      }));
  }
  if (manifest.kind === 'regularizer' && file.loss === `${manifest.name}-regularizer`) {
    const loss = lossOfPart(manifest as PluginManifest<'regularizer'>);
    return file.losses.map((vector) => ({
      name: vector.name,
      run: async () => [await checkLossVector(loss, vector, settings)],
    }));
  }
  if (manifest.kind !== 'loss') return [];
  // A margin loss never learns that it was sampled: each base loss takes its own cases of the sampled head's file, and
  // of the files on an option of several losses.
  const shared = file.loss !== manifest.name && file.losses.every(({ params }) => typeof params.base === 'string');
  const own = shared
    ? file.losses
        .filter(({ params }) => params.base === manifest.name)
        .map((vector) => (sampled ? { ...vector, params: without(vector.params, 'base') } : vector))
    : file.losses;
  return own.map((vector) => ({
    name: vector.name,
    run: async () => [await checkLossVector(manifest as PluginManifest<'loss'>, vector, settings)],
  }));
}

function without(params: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));
}

/**
 * Checks a plugin on the device in use: by what every plugin of its kind must satisfy, or against reference cases.
 *
 * @throws AblateError as `checkSteps` and `vectorSteps`
 */
export async function checkPlugin(plugin: AnyManifest, settings: CheckOptions = {}): Promise<CheckReport> {
  const { vectors, options = {} } = settings;
  const steps = vectors === undefined ? checkSteps(plugin, settings) : await vectorSteps(plugin, vectors, options);
  const checks: Check[] = [];
  for (const step of steps) checks.push(...(await step.run()).map((check) => toldOnce(check, checks)));
  const shown = vectors === undefined ? parseOptions(plugin as PluginManifest, options) : options;
  return reportOf({ kind: plugin.kind, plugin: plugin.name, device: tf.getBackend(), options: shown }, checks);
}

/** The check as it is, or shorter where it threw what an earlier one threw. */
function toldOnce(check: Check, before: readonly Check[]): Check {
  const { threw } = check;
  const first = threw === undefined ? undefined : before.find((other) => other.threw === threw);
  if (!first) return check;
  return {
    ...check,
    message: check.message.replace(`It threw: ${threw}`, () => `It threw the same as under "${first.name}"`),
  };
}

/** `checkPlugin` for a loss; losses are composed with `composeLosses`. */
export const checkLoss: (
  manifest: AnyManifest & { readonly kind: 'loss' },
  settings?: CheckOptions,
) => Promise<CheckReport> = checkPlugin;
