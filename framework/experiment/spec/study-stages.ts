import type { PlannedRun } from './planned-run.ts';
import type { Study, StudyGroup, Trial } from './study.ts';
import type { SearchSettings } from './study-schema.ts';
import { nextDecision, type AshaDecision } from '../search-methods/asha.ts';
import { bestOf, rungsOf, type Rung } from '../search-methods/halving.ts';
import { drawEvenly, untried } from '../search-methods/range.ts';
import { suggestByTpe } from '../search-methods/tpe.ts';

/** Suggestions that repeat a point before one is drawn evenly instead. */
const maxRepeats = 100;

/** A run of a study, as far as it is to go now. */
export interface StagedRun {
  readonly run: PlannedRun;
  /** Epochs to train; fewer than the run has where a search compares on the way. */
  readonly until: number;
  readonly purpose: 'search' | 'final';
}

/** What was chosen for a group. */
export interface Chosen {
  readonly group: string;
  /** The group's point of the matrix. */
  readonly point: StudyGroup['point'];
  /** Path → value; none without a search. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Of the search's metric, as it was measured; undefined without a search. */
  readonly score?: number;
}

/** Runs that wait for each other: none of the next stage starts before all of these are done or have failed. */
export interface Stage {
  readonly runs: readonly StagedRun[];
  /** In the last stage, and where the search is over: one for each group. */
  readonly chosen?: readonly Chosen[];
}

/** What a run's validation gave after so many epochs, as measured; undefined where it failed or is not there yet. */
export type ScoreOf = (run: PlannedRun, epochs: number) => Promise<number | undefined>;

/** What an asynchronous search has decided for a group so far, in order. */
export type DecisionsOf = (group: StudyGroup, rungs: readonly Rung[]) => readonly AshaDecision[];

/**
 * Gives the stages of a study. Every decision follows from the scores alone, or is given, so that asking again gives
 * the same runs; the scores of a stage are read when the one after it is asked for.
 *
 * @param decided by whoever decides as runs end; what follows from their scores is reported as if nothing else were
 * under way
 * @throws Error where a search has no trial with a score
 */
export async function* studyStages(
  study: Study,
  score: ScoreOf,
  decided: DecisionsOf = () => [],
): AsyncGenerator<Stage, void> {
  const chosen: Chosen[] = [];
  if (study.search) {
    const searches = study.groups.map((group) => searchOf(group, study, score, decided));
    let waiting = [...searches.keys()];
    while (waiting.length > 0) {
      const parts = await Promise.all(waiting.map((index) => searches[index]!.next()));
      parts.forEach((part, place) => {
        if (part.done) chosen[waiting[place]!] = part.value;
      });
      waiting = waiting.filter((_, place) => !parts[place]!.done);
      const runs = interleaved(parts.flatMap(({ done, value }) => (done ? [] : [value as StagedRun[]])));
      if (runs.length > 0) yield { runs };
    }
  } else for (const group of study.groups) chosen.push({ group: group.name, point: group.point, values: new Map() });
  const finals = await Promise.all(study.groups.map((group, index) => group.finals(chosen[index]!.values)));
  const runs = interleaved(finals).map((run): StagedRun => ({ run, until: study.epochs, purpose: 'final' }));
  yield { runs, chosen };
}

/** One of each list, then the next of each: what is stopped in the middle has treated all alike. */
function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  return Array.from({ length: Math.max(0, ...lists.map(({ length }) => length)) }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat();
}

async function* searchOf(
  group: StudyGroup,
  { search, epochs }: Study,
  score: ScoreOf,
  decided: DecisionsOf,
): AsyncGenerator<StagedRun[], Chosen> {
  const { budget, method, mode } = search as SearchSettings;
  const staged = (trials: readonly Trial[], until: number): StagedRun[] =>
    trials.flatMap(({ runs }) => runs.map((run): StagedRun => ({ run, until, purpose: 'search' })));
  const scoreOf = ({ runs }: Trial, until: number): Promise<number | undefined> => meanScore(runs, until, score);
  const worthIn = async (trial: Trial, until: number): Promise<number | undefined> =>
    worthOf(await scoreOf(trial, until), mode);
  const evenly = (count: number): Promise<Trial[]> =>
    Promise.all(Array.from({ length: count }, (_, number) => group.trial(number, group.draw(number))));
  let trials = await evenly(method.name === 'tpe' ? Math.min(method.startup, budget) : budget);
  if (method.name === 'halving') {
    const rungs = rungsOf(budget, { ...method, epochs });
    for (const [index, { epochs: until }] of rungs.entries()) {
      yield staged(trials, until);
      const next = rungs[index + 1];
      if (!next) continue;
      const worths = await Promise.all(trials.map((trial) => worthIn(trial, until)));
      trials = bestOf(worths, next.trials).map((place) => trials[place]!);
    }
  } else if (method.name === 'asha') {
    const rungs = rungsOf(budget, { ...method, epochs });
    const decisions = [...decided(group, rungs)];
    for (let next: AshaDecision | undefined; ; decisions.push(next)) {
      yield trials.flatMap((trial) =>
        staged(
          [trial],
          rungs[Math.max(0, ...decisions.filter((one) => one.trial === trial.number).map(({ rung }) => rung))]!.epochs,
        ),
      );
      // Who asks on has seen all of it end: what has no score has failed.
      for (const { number } of trials)
        if (!decisions.some(({ trial, rung }) => trial === number && rung === 0))
          decisions.push({ trial: number, rung: 0 });
      const results = await Promise.all(
        decisions.map(
          async (decision) => (await worthIn(trials[decision.trial]!, rungs[decision.rung]!.epochs)) ?? null,
        ),
      );
      next = nextDecision(
        { budget, reduction: method.reduction, rungs: rungs.length },
        decisions,
        ({ trial, rung }) => results[decisions.findIndex((one) => one.trial === trial && one.rung === rung)],
      );
      if (!next) break;
    }
  } else yield staged(trials, epochs);
  for (let number = trials.length; method.name === 'tpe' && number < budget; number++) {
    const worths = await Promise.all(trials.map((trial) => worthIn(trial, epochs)));
    const measured = trials.flatMap(({ values }, place) => {
      const worth = worths[place];
      return worth === undefined ? [] : [{ values, score: worth }];
    });
    const random = group.random(number);
    const values = untried(
      trials.map((trial) => trial.values),
      (attempt) =>
        measured.length > 1 && attempt < maxRepeats
          ? suggestByTpe(group.ranges, measured, random)
          : drawEvenly(group.ranges, random),
    );
    const trial = await group.trial(number, values);
    trials.push(trial);
    yield staged([trial], epochs);
  }
  const scores = await Promise.all(trials.map((trial) => scoreOf(trial, epochs)));
  const [best] = bestOf(
    scores.map((found) => worthOf(found, mode)),
    1,
  );
  if (scores[best!] === undefined) throw new NoScore(group.name);
  return { group: group.name, point: group.point, values: trials[best!]!.values, score: scores[best!]! };
}

/** Returns what a score counts for in a comparison, where more is better. */
export function worthOf(score: number | undefined, mode: SearchSettings['mode']): number | undefined {
  return score !== undefined && mode === 'min' ? -score : score;
}

/**
 * Computes the mean over the folds of a trial, as measured; undefined where one of them has failed or is not there yet.
 */
export async function meanScore(
  runs: readonly PlannedRun[],
  until: number,
  score: ScoreOf,
): Promise<number | undefined> {
  const each = await Promise.all(runs.map((run) => score(run, until)));
  return each.includes(undefined) ? undefined : (each as number[]).reduce((sum, value) => sum + value, 0) / each.length;
}

/** A search in which no trial has a score. */
export class NoScore extends Error {
  constructor(readonly group: string) {
    super(`No trial of ${group} has a score.`);
  }
}
