import { join } from 'node:path';
import { nextDecision, type AshaDecision } from '../../experiment/search-methods/asha.ts';
import { rungsOf, type Rung } from '../../experiment/search-methods/halving.ts';
import { meanScore, worthOf, type ScoreOf } from '../../experiment/spec/study-stages.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import type { SearchSettings } from '../../experiment/spec/study-schema.ts';
import type { Study, StudyGroup, Trial } from '../../experiment/spec/study.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { readSummary, type RunSummary } from '../../records/run-folder/summary.ts';
import { decidedFor, writtenDecisions } from '../plan/asha-decisions.ts';
import { dueRuns } from '../plan/due-runs.ts';
import type { PlanFileDecisions } from '../plan/plan-file.ts';
import { recordRuns, type Execution } from './record-runs.ts';
import { validationScores } from '../plan/validation-scores.ts';

/** What an asynchronous search is executed with. */
export interface AshaExecution extends Execution {
  /** What it decided before. */
  readonly decisions: readonly PlanFileDecisions[];
  /** Whether runs that failed before run again, once. */
  readonly retryFailed: boolean;
  /** Keeps what it has decided, before anything of it begins. */
  readonly keep: (decisions: readonly PlanFileDecisions[]) => Promise<void>;
}

/**
 * Executes the search of a study by asynchronous successive halving until it is over or the signal comes: whenever
 * there is room for a run, each group in turn takes a trial on or begins one. What was decided before goes on as it was
 * decided.
 *
 * @returns the summaries by the runs' ids
 * @throws AblateError as `recordRuns`, once all that is under way has ended
 */
export async function recordAsha(study: Study, execution: AshaExecution): Promise<Map<string, RunSummary>> {
  return new AshaSearch(study, execution).run();
}

/** A group's search as far as it has come. */
interface GroupSearch {
  readonly group: StudyGroup;
  readonly decisions: AshaDecision[];
  /** Trial and rung → its score, or null where it failed. */
  readonly results: Map<string, number | null>;
  readonly trials: Map<number, Trial>;
}

const keyOf = ({ trial, rung }: AshaDecision): string => `${trial} ${rung}`;

class AshaSearch {
  readonly #execution: AshaExecution;
  readonly #settings: { readonly budget: number; readonly reduction: number };
  readonly #mode: SearchSettings['mode'];
  readonly #rungs: readonly Rung[];
  readonly #score: ScoreOf;
  readonly #groups: readonly GroupSearch[];
  readonly #planned: ReadonlyMap<string, PlannedRun>;
  /** Runs under way by id. */
  readonly #running = new Map<string, Promise<void>>();
  /** Runs and how far they were to go. */
  readonly #begun = new Set<string>();
  readonly #summaries = new Map<string, RunSummary>();
  #turn = 0;
  #failure: { readonly cause: unknown } | undefined;

  constructor({ search, groups, epochs }: Study, execution: AshaExecution) {
    const { budget, method, ...rest } = search!;
    const { reduction, minEpochs } = method as Extract<typeof method, { name: 'asha' | 'halving' }>;
    this.#execution = execution;
    this.#settings = { budget, reduction };
    this.#mode = rest.mode;
    this.#rungs = rungsOf(budget, { reduction, minEpochs, epochs });
    this.#score = validationScores(execution.parent, rest);
    this.#groups = groups.map((group) => ({
      group,
      decisions: decidedFor(group, this.#rungs, execution.decisions),
      results: new Map(),
      trials: new Map(),
    }));
    this.#planned = new Map(execution.plan.runs.map((run) => [run.id, run]));
  }

  async run(): Promise<Map<string, RunSummary>> {
    for (;;) {
      for (const search of this.#groups) for (const decision of search.decisions) await this.#look(search, decision);
      while (this.#hasRoom && (await this.#decide()));
      if (this.#running.size === 0) break;
      await Promise.race(this.#running.values());
    }
    if (this.#failure) throw this.#failure.cause;
    return this.#summaries;
  }

  get #hasRoom(): boolean {
    const { workers, signal } = this.#execution.options;
    return this.#running.size < (workers?.size ?? 1) && !signal.aborted && !this.#failure;
  }

  /** Takes in what came of a decision, or begins what it still lacks, as far as there is room. */
  async #look(search: GroupSearch, decision: AshaDecision): Promise<void> {
    if (search.results.has(keyOf(decision))) return;
    const { epochs } = this.#rungs[decision.rung]!;
    const { runs } = await this.#trialOf(search, decision.trial);
    const states = await Promise.all(runs.map((run) => this.#stateOf(run, epochs)));
    for (const [index, run] of runs.entries()) if (states[index] === 'open' && this.#hasRoom) this.#begin(run, epochs);
    if (states.includes('open') || runs.some(({ id }) => this.#running.has(id))) return;
    const score = states.includes('failed') ? undefined : await meanScore(runs, epochs, this.#score);
    search.results.set(keyOf(decision), worthOf(score, this.#mode) ?? null);
  }

  /** The next decision of the group whose turn it is, or of the first after it that has one; whether there was one. */
  async #decide(): Promise<boolean> {
    for (let count = 0; count < this.#groups.length; count++) {
      const search = this.#groups[this.#turn++ % this.#groups.length]!;
      const { decisions, results } = search;
      const next = nextDecision({ ...this.#settings, rungs: this.#rungs.length }, decisions, (decision) =>
        results.get(keyOf(decision)),
      );
      if (!next) continue;
      decisions.push(next);
      await this.#execution.keep(this.#groups.map((one) => writtenDecisions(one.group, this.#rungs, one.decisions)));
      await this.#look(search, next);
      return true;
    }
    return false;
  }

  async #trialOf({ group, trials }: GroupSearch, number: number): Promise<Trial> {
    const known = trials.get(number);
    if (known) return known;
    const trial = await group.trial(number, group.draw(number));
    const withThreads = { ...trial, runs: trial.runs.map((run) => this.#planned.get(run.id) ?? run) };
    trials.set(number, withThreads);
    return withThreads;
  }

  /** Whether a run has come so far, has failed, or has a way to go. */
  async #stateOf(run: PlannedRun, epochs: number): Promise<'reached' | 'failed' | 'running' | 'open'> {
    const { options, parent, retryFailed } = this.#execution;
    if (this.#running.has(run.id)) return 'running';
    const own = this.#summaries.get(run.id);
    // Where all is to start over, what lies there counts only once it has.
    if (options.fresh && !own) return 'open';
    if ((await this.#score(run, epochs)) !== undefined) return 'reached';
    const { status } =
      own ?? (await readSummary(runFolderAt(join(parent, run.id))).catch(() => ({ status: undefined })));
    // A run that came there without the metric that decides is no better than one that failed.
    if (status === 'finished' || this.#begun.has(`${run.id} ${epochs}`))
      return options.signal.aborted ? 'open' : 'failed';
    return status === 'failed' && !(retryFailed && !own) ? 'failed' : 'open';
  }

  #begin(run: PlannedRun, epochs: number): void {
    const { plan, parent, options } = this.#execution;
    const fresh = options.fresh && !this.#summaries.has(run.id);
    this.#begun.add(`${run.id} ${epochs}`);
    const execute = async (): Promise<void> => {
      const known = {
        plan: { ...plan, runs: [run] },
        staged: new Map([[run.id, { run, until: epochs, purpose: 'search' as const }]]),
        reached: new Set<string>(),
      };
      const [placed] = await dueRuns(known, parent, { ...options, only: [] });
      const ended = await recordRuns([placed!], { ...this.#execution, options: { ...options, fresh, resume: !fresh } });
      for (const [id, summary] of ended) this.#summaries.set(id, summary);
    };
    const under = execute()
      .catch((cause: unknown) => void (this.#failure ??= { cause }))
      .finally(() => this.#running.delete(run.id));
    this.#running.set(run.id, under);
  }
}
