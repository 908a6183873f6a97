import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { problemOf } from '../../base/errors/problem-of.ts';
import type { Named } from '../compare/find-named.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';
import { FollowedRun, waitingRun, type RunState } from '../../records/journal/followed-run.ts';

/** Milliseconds between two looks at the disk; folders are looked for at every fourth. */
const interval = 500;
const every = 4;

/** Hears which runs have changed. */
export type RunsListener = (changed: readonly RunState[]) => void;

/** Follows all runs in some folders, those that do not exist yet too. */
export class FollowRuns {
  readonly #named: readonly Named[];
  readonly #runs = new Map<string, FollowedRun>();
  readonly #waiting = new Map<string, RunState>();
  readonly #listeners = new Set<RunsListener>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #busy: Promise<void> | undefined;

  constructor(named: readonly Named[]) {
    this.#named = named;
    for (const { directory, plan } of named)
      for (const { id, label } of plan?.runs ?? [])
        this.#waiting.set(join(directory, id), waitingRun(`${plan!.name}/${id}`, label || plan!.name));
  }

  /** All runs: those that a spec plans in its order, then others. */
  get states(): RunState[] {
    const planned = [...this.#waiting].map(([directory, state]) => this.#runs.get(directory)?.state ?? state);
    return [
      ...planned,
      ...[...this.#runs].filter(([directory]) => !this.#waiting.has(directory)).map(([, { state }]) => state),
    ];
  }

  /** Looks once, then again and again until `stop`. */
  async start(): Promise<void> {
    await this.look();
    // Whoever looks on in the process that trains must not end it: what fails now is tried again at the next look.
    this.#timer = setInterval(() => void this.look().catch(() => undefined), interval);
  }

  /** Whether something is still to come: a run that is not at its end. */
  get isUnderWay(): boolean {
    return this.states.some(({ status }) => status === 'running' || status === 'waiting');
  }

  /** Calls back with the runs that changed; the function that it returns ends that. */
  listen(listener: RunsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the looking. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Reads what is new. */
  look(): Promise<void> {
    this.#busy ??= this.#look().finally(() => (this.#busy = undefined));
    return this.#busy;
  }

  async #look(): Promise<void> {
    const found = this.#looks++ % every === 0 ? await this.#find() : [];
    const changed = new Set<RunState>(found);
    for (const run of this.#runs.values()) {
      try {
        if (run.update()) changed.add(run.state);
      } catch (cause) {
        // A journal that goes away, is damaged or of a newer version is no reason to stop watching the others, let
        // alone to end the run whose process this is.
        run.state.error = problemOf(cause);
      }
    }
    if (changed.size > 0) for (const listener of this.#listeners) listener([...changed]);
  }

  async #find(): Promise<RunState[]> {
    const fresh: RunState[] = [];
    for (const { directory } of this.#named) {
      if (!existsSync(directory)) continue;
      // Looked for again in a moment, whatever was wrong now.
      const folders = await findRuns(directory).catch(() => []);
      for (const folder of folders) {
        if (this.#runs.has(folder.directory)) continue;
        const run = new FollowedRun(runFolderAt(folder.directory), this.#waiting.get(folder.directory)?.title);
        this.#runs.set(folder.directory, run);
        fresh.push(run.state);
      }
    }
    return fresh;
  }
}
