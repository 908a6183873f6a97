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

/** The declaration that fits a name; a `*` stands for any text, and the first that fits counts. */
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

/** Collects what evaluators say of their metrics; one that cannot be loaded any more says nothing. */
export async function metricMeanings(used: readonly UsedEvaluator[], catalogue: Catalogue): Promise<MeaningOf> {
  const each = new Map(used.map((one) => [`${one.plugin}\n${one.from}`, one]));
  const loaded = await Promise.all(
    [...each.values()].map(({ plugin, from }) =>
      catalogue.load('evaluator', plugin, from).then(
        ({ manifest }) => manifest.metrics ?? {},
        () => ({}),
      ),
    ),
  );
  return (metric) => {
    const plain = metric.replace(prefixes, '');
    for (const declared of loaded) {
      const found = meaningIn(declared, plain);
      if (found) return found;
    }
    return undefined;
  };
}
