import { dirname } from 'node:path';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { metricMeanings, type MeaningOf } from '../../plugins/metric-meanings.ts';

/** Collects what the evaluators of plans say of their metrics. */
export const planMeanings = (plans: readonly Plan[], catalogue: Catalogue): Promise<MeaningOf> =>
  metricMeanings(
    plans.flatMap(({ file, runs }) =>
      runs.flatMap(({ spec }) => spec.evaluate.map(({ plugin }) => ({ plugin, from: dirname(file) }))),
    ),
    catalogue,
  );
