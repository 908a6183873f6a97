import { declared } from './declared.ts';
import type { FaultList } from './fault-list.ts';
import { metricMode } from './metric-mode.ts';
import type { ResolvedUse } from './resolve-use.ts';

/** Refuses a schedule that takes less of a metric for better where its evaluator takes more, or the other way round. */
export function checkWatched(
  schedule: ResolvedUse<'schedule'>,
  evaluators: readonly ResolvedUse<'evaluator'>[],
  faults: FaultList,
): void {
  const watched = declared(schedule, () => schedule.entry.manifest.watches?.(schedule.atStart) ?? [], faults) ?? [];
  const meanings = evaluators.map(({ entry }) => entry.manifest.metrics);
  const where = { path: `${schedule.path}.${schedule.use.plugin}.mode`, place: schedule.place, hasDefault: true };
  for (const { metric, mode } of watched) metricMode({ metric, mode, ...where }, meanings, faults);
}
