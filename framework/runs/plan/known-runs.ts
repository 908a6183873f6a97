import type { KnownRuns } from './plan-file.ts';
import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { NoScore, studyStages, type Chosen, type ScoreOf, type StagedRun } from '../../experiment/spec/study-stages.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { readSummary } from '../../records/run-folder/summary.ts';
import { decidedFor } from './asha-decisions.ts';
import { readPlanFile } from './plan-file.ts';
import { validationScores } from './validation-scores.ts';

/**
 * Lists the runs of a plan that are known by now: of a study those of its first stage and of each one whose forerunners
 * are over. It is told from the runs' own folders and, of a search that decides as runs end, the plan file's decisions.
 *
 * @param parent the experiment's folder
 * @throws AblateError RUN_FAILED where a search is over without a single score
 */
export async function knownRuns(plan: Plan, parent: string): Promise<KnownRuns> {
  const staged = new Map<string, StagedRun>();
  const reached = new Set<string>();
  if (!plan.study) return { plan, staged, reached };
  const { search } = plan.study;
  const score: ScoreOf = search ? validationScores(parent, search) : async () => undefined;
  const decisions = search?.method.name === 'asha' ? (await readPlanFile(parent))?.decisions : undefined;
  let chosen: readonly Chosen[] | undefined;
  try {
    for await (const stage of studyStages(plan.study, score, (group, rungs) => decidedFor(group, rungs, decisions))) {
      chosen = stage.chosen;
      let isOver = true;
      for (const one of stage.runs) {
        staged.set(one.run.id, one);
        const status = await statusOf(parent, one.run);
        if (status === 'finished' || (one.until < plan.study.epochs && (await score(one.run, one.until)) !== undefined))
          reached.add(one.run.id);
        else {
          reached.delete(one.run.id);
          isOver &&= status === 'failed';
        }
      }
      if (!isOver) break;
    }
  } catch (cause) {
    if (!(cause instanceof NoScore)) throw cause;
    throw new AblateError(
      'RUN_FAILED',
      `The search for ${cause.group || plan.name} is over, and no trial has a score: each has failed, or its validation has no ${search?.metric ?? 'metric to decide by'}.`,
      { cause, remedy: 'See journal.jsonl in the folders of its runs; --failed runs them again.' },
    );
  }
  const known = new Set(plan.runs.map(({ id }) => id));
  const threads = plan.runs[0]!.spec.threads;
  const later = [...staged.values()]
    .filter(({ run }) => !known.has(run.id))
    .map(({ run }) => (plan.pinsThreads ? run : { ...run, spec: { ...run.spec, threads } }));
  return {
    plan: { ...plan, runs: [...plan.runs, ...later] },
    staged,
    reached,
    ...(decisions && { decisions }),
    ...(chosen && { chosen }),
  };
}

const statusOf = async (parent: string, { id }: PlannedRun) =>
  (await readSummary(runFolderAt(join(parent, id))).catch(() => undefined))?.status;
