import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { featureStore } from '../../data/embeddings/feature-store.ts';
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
import { writePlanFile, type KnownRuns, type OpenedTest } from '../plan/plan-file.ts';
import { openedTest } from '../plan/opened-test.ts';
import { MicroBatchChooser } from './micro-batch-chooser.ts';
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
  const microBatches = new MicroBatchChooser(dirname(plan.file), options.workers?.size ?? 1, options.onNote);
  const backlog = new TrackingBacklog(join(options.out, plan.name), options, plan.study !== undefined);
  return runToTheEnd(plan, { ...options, onTracker: backlog.hear }, { microBatches, backlog }).finally(async () => {
    await microBatches.close();
    await backlog.close();
  });
}

async function runToTheEnd(
  plan: Plan,
  options: RunOptions,
  { microBatches, backlog }: Pick<Execution, 'microBatches' | 'backlog'>,
): Promise<PlanReport> {
  const parent = join(options.out, plan.name);
  const runContext: RunContext = {
    catalogue: options.catalogue,
    baseDirectory: dirname(plan.file),
    cacheDirectory: cacheDirectory(),
    decoded: decodedImages(),
    features: featureStore(cacheDirectory()),
  };
  let state = await planState(plan, parent, options);
  state = { ...state, runs: await withInputChanges(state.runs, runContext, options.fresh) };
  refuseUnready(
    plan.study ? state.runs.filter(({ status }) => status !== 'interrupted' && status !== 'running') : state.runs,
    options,
  );
  if (state.runs.every(({ status }) => status === 'waiting')) await requireDifferentFolds(plan, runContext);
  for (const line of notesOf(state.runs)) options.onNote(line);
  const decidesAsRunsEnd =
    plan.study?.search?.method.name === 'asha' &&
    !options.failed &&
    !options.only?.length &&
    (options.fresh || !state.known.chosen);
  const summaries = new Map<string, RunSummary>();
  // A study goes on with its runs by itself: some are stopped on purpose.
  let now: RunOptions = {
    ...options,
    resume: options.resume || Boolean((options.failed || plan.study) && !options.fresh),
  };
  // Each time around: what is due runs, then the plan is looked at anew, since what ended may have made more known.
  for (let isSearching = decidesAsRunsEnd, begun = ''; ; ) {
    const { known, opened, runs } = state;
    const execution: Execution = { plan: known.plan, parent, runContext, options: now, microBatches, backlog };
    let ended: ReadonlyMap<string, RunSummary>;
    if (isSearching) {
      const decisions = options.fresh ? [] : (known.decisions ?? []);
      const keep = (decided: NonNullable<KnownRuns['decisions']>): Promise<void> =>
        writePlanFile(parent, { ...known, decisions: decided }, opened);
      await keep(decisions);
      ended = await recordAsha(plan.study!, { ...execution, decisions, retryFailed: options.resume, keep });
    } else {
      await writePlanFile(parent, known, opened);
      const isSearched = ({ run: { id } }: DueRun): boolean =>
        decidesAsRunsEnd && known.staged.get(id)?.purpose === 'search';
      const due = runs.filter(
        (run) => run.due && !isSearched(run) && !(summaries.has(run.run.id) && run.status === 'failed'),
      );
      const wanted = due.map(({ run, until }) => `${run.id} ${until}`).join();
      if (due.length === 0 || wanted === begun || options.signal.aborted) break;
      begun = wanted;
      ended = await recordRuns(due, execution);
      now = { ...now, fresh: false, resume: true };
    }
    for (const [id, summary] of ended) summaries.set(id, summary);
    if (!plan.study || (!isSearching && options.signal.aborted)) break;
    isSearching = false;
    state = await planState(plan, parent, { ...options, fresh: now.fresh });
  }
  const { known, runs } = state;
  const outcomes = runs
    .filter(({ selected }) => selected)
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

/** What stands of a plan, as its folder tells. */
interface PlanState {
  readonly known: KnownRuns;
  /** What the test set was opened for. */
  readonly opened: OpenedTest | undefined;
  readonly runs: readonly DueRun[];
}

async function planState(plan: Plan, parent: string, options: RunOptions): Promise<PlanState> {
  const known = await knownRuns(plan, parent);
  return {
    known,
    opened: await openedTest(known, parent, options),
    runs: await dueRuns(known, parent, options),
  };
}

/** What is said of the runs that do not run. */
function notesOf(runs: readonly DueRun[]): string[] {
  const left = runs.filter(({ selected, due }) => selected && !due);
  const count = (status: DueRun['status']): number => left.filter((run) => run.status === status).length;
  const total = runs.filter(({ selected }) => selected).length;
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
