import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { decodedImages } from '../../data/images/decoded-images.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import type { Chosen } from '../../experiment/spec/study-stages.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import { changeLines } from '../plan/changed-spec.ts';
import { comparePlan } from '../comparison/compare-plan.ts';
import { concatenateFolds } from '../comparison/concatenate-folds.ts';
import type { ConcatenatedFolds } from '../comparison/concatenated-file.ts';
import { dueRuns, refuseUnready } from '../plan/due-runs.ts';
import type { DueRun } from '../plan/due-run.ts';
import { withInputChanges } from '../plan/input-changes.ts';
import { knownRuns } from '../plan/known-runs.ts';
import type { KnownRuns } from '../plan/plan-file.ts';
import { openedTest } from '../plan/opened-test.ts';
import { PartsChooser } from './parts-chooser.ts';
import { writePlanFile } from '../plan/plan-file.ts';
import { recordAsha } from './record-asha.ts';
import { recordRuns, type Execution } from './record-runs.ts';
import { requireDifferentFolds } from '../plan/require-different-folds.ts';
import type { RunOptions } from '../plan/run-options.ts';
import { runOutcome, type RunOutcome } from '../plan/run-outcome.ts';
import { TrackingBacklog } from './tracking-backlog.ts';

/** What came of a plan. */
export interface PlanReport {
  readonly outcomes: readonly RunOutcome[];
  /** Those that are set side by side: all but the trials of a search. */
  readonly compared: readonly RunOutcome[];
  /** What a search chose, once it is over. */
  readonly chosen: readonly Chosen[];
  /** Of a protocol: its fold models evaluated as one, a seed of a group each. */
  readonly concatenated: readonly ConcatenatedFolds[];
  /** What is missing of the comparison, and what differs that is not compared; a sentence each. */
  readonly notes: readonly string[];
  /** What the evaluators say of their metrics: which way is better. */
  readonly meaningOf: MeaningOf;
  /** Files of the figures that set the runs side by side. */
  readonly figures: readonly string[];
}

/**
 * Runs all of a plan that is not done, one run after another or in workers, then writes `comparison.md` and draws
 * the figures that compare them, unless only some runs were chosen. A failed run does not stop
 * the others.
 *
 * @throws AblateError before the first run starts: DEVICE_UNAVAILABLE, USAGE (`only` names no run), RUN_FOLDER (an
 * interrupted run without `resume` or `fresh`, or whose spec has changed without `allowChanges`)
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<PlanReport> {
  const parts = new PartsChooser(dirname(plan.file), options.workers?.size ?? 1, options.onNote);
  const backlog = new TrackingBacklog(join(options.out, plan.name), options, plan.study !== undefined);
  return runInParts(plan, { ...options, onTracker: backlog.hear }, { parts, backlog }).finally(async () => {
    await parts.close();
    await backlog.close();
  });
}

async function runInParts(
  plan: Plan,
  options: RunOptions,
  { parts, backlog }: Pick<Execution, 'parts' | 'backlog'>,
): Promise<PlanReport> {
  const parent = join(options.out, plan.name);
  let known = await knownRuns(plan, parent);
  let opened = await openedTest(known, parent, options);
  let runs = await dueRuns(known, parent, options);
  const runContext: RunContext = {
    catalogue: options.catalogue,
    baseDirectory: dirname(plan.file),
    cacheDirectory: cacheDirectory(),
    decoded: decodedImages(),
  };
  runs = await withInputChanges(runs, runContext, options.fresh);
  refuseUnready(
    plan.study ? runs.filter(({ status }) => status !== 'interrupted' && status !== 'running') : runs,
    options,
  );
  if (runs.every(({ status }) => status === 'waiting')) await requireDifferentFolds(plan, runContext);
  for (const line of notesOf(runs)) options.onNote(line);
  // A study goes on with its runs by itself: some are stopped on purpose.
  const resume = options.resume || Boolean((options.failed || plan.study) && !options.fresh);
  const summaries = new Map<string, RunSummary>();
  let now: RunOptions = { ...options, resume };
  const byItself =
    plan.study?.search?.method.name === 'asha' &&
    !options.failed &&
    !options.only?.length &&
    (options.fresh || !known.chosen);
  if (byItself) {
    const keep = (decisions: NonNullable<KnownRuns['decisions']>): Promise<void> =>
      writePlanFile(parent, { ...known, decisions }, opened);
    await keep(options.fresh ? [] : (known.decisions ?? []));
    for (const [id, summary] of await recordAsha(plan.study!, {
      plan: known.plan,
      parent,
      runContext,
      options: now,
      parts,
      backlog,
      decisions: options.fresh ? [] : (known.decisions ?? []),
      retryFailed: options.resume,
      keep,
    }))
      summaries.set(id, summary);
    known = await knownRuns(plan, parent);
    opened = await openedTest(known, parent, now);
    runs = await dueRuns(known, parent, options);
  }
  for (let begun = ''; ; ) {
    await writePlanFile(parent, known, opened);
    const isSearched = ({ run: { id } }: DueRun): boolean => byItself && known.staged.get(id)?.purpose === 'search';
    const due = runs.filter(
      (run) => run.due && !isSearched(run) && !(summaries.has(run.run.id) && run.status === 'failed'),
    );
    const wanted = due.map(({ run, until }) => `${run.id} ${until}`).join();
    if (due.length === 0 || wanted === begun || options.signal.aborted) break;
    begun = wanted;
    const execution = { plan: known.plan, parent, runContext, options: now, parts, backlog };
    for (const [id, summary] of await recordRuns(due, execution)) summaries.set(id, summary);
    if (!plan.study || options.signal.aborted) break;
    now = { ...now, fresh: false, resume: true };
    known = await knownRuns(plan, parent);
    opened = await openedTest(known, parent, now);
    runs = await dueRuns(known, parent, { ...options, fresh: false });
  }
  const outcomes = runs
    .filter(({ chosen }) => chosen)
    .flatMap(({ run, folder, due, summary }) => {
      const last = summaries.get(run.id) ?? (due ? undefined : summary);
      return last ? [runOutcome(run, folder, last)] : [];
    });
  const compared = outcomes.filter(({ id }) => known.staged.get(id)?.purpose !== 'search');
  const chosen = plan.study?.search ? (known.chosen ?? []) : [];
  if (options.only?.length)
    return { outcomes, compared, chosen, concatenated: [], notes: [], meaningOf: () => undefined, figures: [] };
  const finals = compared.flatMap((outcome) =>
    runs.flatMap(({ run }) => (run.id === outcome.id ? [{ run, outcome }] : [])),
  );
  const protocol = options.signal.aborted ? undefined : plan.study?.protocol;
  const concatenated = protocol?.concatenate
    ? await concatenateFolds(finals, {
        ...runContext,
        parent,
        folds: protocol.folds,
        inWorkers: options.workers !== undefined,
        onNote: options.onNote,
      })
    : [];
  const { notes, meaningOf, figures } = await comparePlan(
    plan,
    compared,
    parent,
    { ...runContext, warn: options.onNote },
    concatenated,
  );
  return { outcomes, compared, chosen, concatenated, notes, meaningOf, figures };
}

/** What is said of the runs that do not run. */
function notesOf(runs: readonly DueRun[]): string[] {
  const left = runs.filter(({ chosen, due }) => chosen && !due);
  const count = (status: DueRun['status']): number => left.filter((run) => run.status === status).length;
  const total = runs.filter(({ chosen }) => chosen).length;
  return [
    ...(count('finished') > 0
      ? [`${count('finished')} of ${total} runs are done already; --fresh runs them again.`]
      : []),
    ...left
      .filter(({ inputs }) => inputs.length > 0)
      .map(
        ({ folder, inputs }) =>
          `Kept as it is, though what it was made of has changed: ${shownFile(folder.directory)}\n${changeLines(inputs)}`,
      ),
    ...(count('failed') > 0 ? [`${count('failed')} of ${total} runs failed before; --failed runs them again.`] : []),
  ];
}
