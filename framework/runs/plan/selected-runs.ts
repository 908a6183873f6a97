import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';

/**
 * Finds the ids of the runs that someone chose: each choice is a run's id or label, in which `*` stands for anything.
 *
 * @param only none for all runs
 * @throws AblateError USAGE where a choice fits no run
 */
export function selectedRuns(
  { runs, name }: Pick<Plan, 'runs' | 'name'>,
  only: readonly string[] = [],
): ReadonlySet<string> {
  if (only.length === 0) return new Set(runs.map(({ id }) => id));
  return new Set(
    only.flatMap((choice) => {
      const pattern = new RegExp(
        `^${choice
          .split('*')
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
        's',
      );
      const fitting = runs
        .filter(({ id, label }: PlannedRun) => pattern.test(id) || pattern.test(label))
        .map(({ id }) => id);
      if (fitting.length > 0) return fitting;
      const names = runs.flatMap(({ id, label }) => [id, label]);
      throw new AblateError('USAGE', `No run of ${name} is called "${choice}".`, {
        remedy:
          didYouMean(choice, names) ?? 'Name a run by its id or label, with * for anything; --dry-run lists them.',
      });
    }),
  );
}
