import { isDeepStrictEqual } from 'node:util';
import type { AshaDecision } from '../../experiment/search-methods/asha.ts';
import type { Rung } from '../../experiment/search-methods/halving.ts';
import type { StudyGroup } from '../../experiment/spec/study.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import type { PlanFileDecisions } from './plan-file.ts';

/** Reads what a plan file has of a group's search; decisions about rungs that the search has no more are left out. */
export function decidedFor(
  { point }: Pick<StudyGroup, 'point'>,
  rungs: readonly Rung[],
  decisions: readonly PlanFileDecisions[] = [],
): AshaDecision[] {
  const own = decisions.find((one) => isDeepStrictEqual(one.point, redactSecrets(point)));
  const placed = (own?.steps ?? []).map(({ trial, epochs }) => ({
    trial,
    rung: rungs.findIndex((rung) => rung.epochs === epochs),
  }));
  return placed.filter(({ trial, rung }) => rung >= 0 && trial < rungs[0]!.trials);
}

/** Writes a group's search as a plan file has it. */
export function writtenDecisions(
  { name, point }: Pick<StudyGroup, 'name' | 'point'>,
  rungs: readonly Rung[],
  decisions: readonly AshaDecision[],
): PlanFileDecisions {
  return {
    group: name,
    point: redactSecrets(point),
    steps: decisions.map(({ trial, rung }) => ({ trial, epochs: rungs[rung]!.epochs })),
  };
}
