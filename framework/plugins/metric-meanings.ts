import type { MetricMeaning } from '../contracts/evaluator.ts';
import type { Catalogue } from './catalogue.ts';

/** What a metric means, by the name that a run has it by; undefined where no evaluator says. */
export type MeaningOf = (metric: string) => MetricMeaning | undefined;

/** An evaluator that some runs used. */
export interface UsedEvaluator {
  readonly plugin: string;
  /** Folder that its path is resolved from: the spec file's. */
  readonly from: string;
}

const prefixes = /^(train|validation|test|gallery|probe|distractors|pairs|concatenated)\//;

/** Finds the declaration that fits a name; a `*` stands for any text, and the first that fits counts. */
export function meaningIn(
  declared: Readonly<Record<string, MetricMeaning>>,
  metric: string,
): MetricMeaning | undefined {
  if (Object.hasOwn(declared, metric)) return declared[metric];
  const fits = (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    ).test(metric);
  return Object.entries(declared).find(([pattern]) => pattern.includes('*') && fits(pattern))?.[1];
}

/** What an evaluator declares of its metrics; undefined where it declares nothing. */
export type DeclaredMetrics = Readonly<Record<string, MetricMeaning>> | undefined;

/** Reads what each evaluator declares; of one that cannot be loaded any more nothing is known. */
export function declaredMetrics(used: readonly UsedEvaluator[], catalogue: Catalogue): Promise<DeclaredMetrics[]> {
  const each = new Map(used.map((one) => [`${one.plugin}\n${one.from}`, one]));
  return Promise.all(
    [...each.values()].map(({ plugin, from }) =>
      catalogue.load('evaluator', plugin, from).then(
        ({ manifest }) => manifest.metrics,
        () => undefined,
      ),
    ),
  );
}

/** Collects what evaluators say of their metrics; one that cannot be loaded any more says nothing. */
export async function metricMeanings(used: readonly UsedEvaluator[], catalogue: Catalogue): Promise<MeaningOf> {
  return meaningsOf(await declaredMetrics(used, catalogue));
}

/** Looks metrics up in what some evaluators declare; the first that fits counts. */
export function meaningsOf(declared: readonly DeclaredMetrics[]): MeaningOf {
  return (metric) => {
    const plain = metric.replace(prefixes, '');
    for (const metrics of declared) {
      const found = metrics && meaningIn(metrics, plain);
      if (found) return found;
    }
    return undefined;
  };
}
