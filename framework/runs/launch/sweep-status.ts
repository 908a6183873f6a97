import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { QueuedTask } from '../../contracts/launcher.ts';
import { problemOf } from '../../base/errors/problem-of.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { readPlanFile } from '../plan/plan-file.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';
import { FollowedRun, waitingRun, type RunState } from '../../records/journal/followed-run.ts';
import { launchesOf } from './launch-file.ts';
import { queueOf } from './queue-of.ts';

/** A run as its journal and the engine have it. */
export interface RunStanding {
  readonly state: RunState;
  /** What the engine says of its task; undefined where it was not launched, or the engine cannot be asked. */
  readonly task?: QueuedTask;
  /** The journal says that it is under way, and the engine that nothing of it is. */
  readonly isLost: boolean;
}

/** How an experiment stands. */
export interface SweepStatus {
  readonly name: string;
  readonly directory: string;
  readonly runs: readonly RunStanding[];
  /** Why an engine could not be asked: the journals alone then speak. */
  readonly problems: readonly string[];
  /** What is damaged and therefore left out, a sentence each. */
  readonly damaged: readonly string[];
}

/**
 * Tells how an experiment stands by its plan, its journals and the engines that it was launched on; reads, and changes
 * nothing.
 */
export async function sweepStatus(directory: string, catalogue: Catalogue): Promise<SweepStatus> {
  const damaged: string[] = [];
  const plan = await readPlanFile(directory).catch((cause: unknown) => void damaged.push(problemOf(cause)));
  const tasks = new Map<string, QueuedTask>();
  const problems: string[] = [];
  for (const launch of await launchesOf(directory)) {
    const queue = await queueOf(launch, catalogue);
    if (queue.problem !== undefined) problems.push(queue.problem);
    for (const task of queue.tasks) {
      const { id } = launch.tasks[task.index]!;
      // The newest launch of a run speaks for it, unless an earlier one is still under way.
      if (!tasks.has(id) || (tasks.get(id)!.state === 'over' && task.state !== 'over')) tasks.set(id, task);
    }
  }
  const folders = await findRuns(directory).catch(() => []);
  const titles = new Map((plan?.runs ?? []).map(({ id, label }) => [id, label || plan!.name]));
  const ids = [...titles.keys(), ...folders.map(({ id }) => id).filter((id) => !titles.has(id))];
  const begun = new Set(folders.map(({ id }) => id));
  const runs = ids.map((id): RunStanding => {
    const state = begun.has(id)
      ? stateOf(join(directory, id), titles.get(id), damaged)
      : waitingRun(`${basename(directory)}/${id}`, titles.get(id) ?? id);
    const task = tasks.get(id);
    return { state, ...(task && { task }), isLost: state.status === 'running' && task?.state === 'over' };
  });
  return { name: plan?.name ?? basename(directory), directory, runs, problems: [...new Set(problems)], damaged };
}

/** How a run stands; a journal that cannot be read to its end says so and does not stop the others. */
function stateOf(directory: string, title: string | undefined, damaged: string[]): RunState {
  const run = new FollowedRun(runFolderAt(directory), title);
  try {
    run.update();
  } catch (cause) {
    const problem = problemOf(cause);
    damaged.push(`${shownFile(directory)}: ${problem}`);
    run.state.error = problem;
  }
  return run.state;
}

/**
 * Finds the experiments in a folder: itself, the one that a run's folder is in, or those that it holds. @throws
 * AblateError RUN_FOLDER where there is none
 */
export async function experimentsIn(directory: string): Promise<string[]> {
  if (existsSync(join(directory, 'plan.json')) || (await launchesOf(directory)).length > 0) return [directory];
  // Those that were launched and have not begun are known by their plans alone.
  const names = await readdir(directory).catch(() => []);
  const planned = names
    .filter((name) => existsSync(join(directory, name, 'plan.json')))
    .map((name) => join(directory, name));
  if (planned.length > 0) return planned;
  const folders = await findRuns(directory);
  return [...new Set(folders.map((folder) => dirname(folder.directory)))];
}
