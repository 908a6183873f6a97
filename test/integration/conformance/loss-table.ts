import { readFileSync } from 'node:fs';
import { checkPlugin, composeLosses, type AnyManifest, type Check } from 'ablate-ml/testing';
import type { Kind } from '../../../framework/contracts/plugin.ts';
import type { Catalogue } from '../../../framework/plugins/catalogue.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { compositions } from '../../../framework/author/conformance/loss/compose-losses.ts';

/** Names of the files of reference cases that are of losses. */
export const lossFiles = [
  'softmax',
  'normalized-softmax',
  'l2-constrained-softmax',
  'a-softmax',
  'cosface',
  'arcface',
  'combined-margin',
  'subcenter-arcface',
  'adaface',
  'magface',
  'curricularface',
  'partial-fc',
  'center',
  'joint-softmax-center',
  'ring',
  'contrastive',
  'triplet',
  'multi-similarity',
  'supervised-contrastive',
  'circle',
  'proxy-anchor',
  'proxy-nca',
  'nt-xent',
  'fast-ap',
  'snr-contrastive',
  'smooth-ap',
  'recall-at-k',
  'ranked-list',
  'angular',
  'tuplet-margin',
  'intra-pair-variance',
  'histogram',
  'nca',
  'threshold-consistent-margin',
  'hyperbolic-info-nce',
  'hierarchical-contrastive',
  'soft-triple',
  'large-margin-softmax',
  'ada-cos',
  'p2sgrad',
  'sphereface2',
  'elastic-face',
  'uniface',
  'label-smoothing',
  'focal',
  'class-size-margin',
  'interclass-filtering',
  'contrastive-distances',
  'triplet-distances',
  'rkd-distance',
  'rkd-angle',
  'embedding-distillation',
  'margin',
  'lp-regularizer',
  'zero-mean-regularizer',
  'vicreg',
  'barlow-twins',
  'simsiam',
] as const;

/** The losses that share a file of cases: the sampled head's, or one on an option of several losses. */
const basesOf: Readonly<Record<string, readonly string[]>> = {
  'partial-fc': ['softmax', 'cosface', 'arcface'],
  'label-smoothing': ['normalized-softmax', 'cosface', 'arcface'],
  focal: ['normalized-softmax', 'cosface', 'arcface'],
  'class-size-margin': ['cosface', 'arcface'],
  'interclass-filtering': ['cosface', 'arcface'],
  'contrastive-distances': ['contrastive'],
  'triplet-distances': ['triplet'],
};

type LossManifest = AnyManifest & { readonly kind: 'loss' };

const file = (name: string): URL => new URL(`../../reference/vectors/${name}.json`, import.meta.url);

/** How many cases a file holds, counted without the checker. */
export const casesIn = (name: string): number =>
  (JSON.parse(readFileSync(file(name), 'utf8')) as { cases: unknown[] }).cases.length;

/** The losses, or the regularizer, that a file's cases are of. */
export async function lossesOf(name: string, catalogue?: Catalogue): Promise<AnyManifest[]> {
  const found = catalogue ?? (await createCatalogue());
  const load = async (loss: string) => (await found.load('loss' satisfies Kind, loss, process.cwd())).manifest;
  if (name.endsWith('-regularizer')) {
    const regularizer = name.slice(0, -'-regularizer'.length);
    return [(await found.load('regularizer', regularizer, process.cwd())).manifest];
  }
  if (basesOf[name]) return Promise.all(basesOf[name].map(load));
  const parts = await Promise.all((compositions[name] ?? name).split('+').map(load));
  return [composeLosses(parts) as LossManifest];
}

/** Every case of a file, checked on the device in use. */
export async function checksOf(name: string): Promise<Check[]> {
  const checks: Check[] = [];
  for (const manifest of await lossesOf(name))
    checks.push(...(await checkPlugin(manifest, { vectors: file(name) })).checks);
  return checks;
}

/** One row a file: its cases, the largest error among them, and the largest share of what a case's tolerance allows. */
export async function lossTable(): Promise<string> {
  const rows: string[] = [];
  for (const name of lossFiles) {
    const checks = await checksOf(name);
    const passed = checks.filter((check) => check.passed).length;
    const largest = checks.reduce((one, other) =>
      (other.largestErrorOfAllowed ?? Infinity) > (one.largestErrorOfAllowed ?? Infinity) ? other : one,
    );
    rows.push(
      `| ${name} | ${passed} of ${checks.length} | ${(100 * largest.largestErrorOfAllowed!).toPrecision(2)} % | ${largest.largestError!.toExponential(1)} | ${largest.input} |`,
    );
  }
  return [
    '| reference cases | passed | largest error, of the allowed | absolute | in case |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
