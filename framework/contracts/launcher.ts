/** What an engine executes as one task: one run. */
export interface LaunchTask {
  /** Its number, from 0: what the command ends with. */
  readonly index: number;
  readonly id: string;
  /** What distinguishes the run from its siblings. */
  readonly label: string;
}

/** A sweep as an engine gets it. All paths are absolute, on a file system that every machine of the engine sees. */
export interface LaunchRequest {
  readonly experiment: string;
  /** Folder of this launch, for scripts; it exists. */
  readonly directory: string;
  /** Folder for the tasks' output; it exists. */
  readonly logs: string;
  readonly tasks: readonly LaunchTask[];
  /**
   * Words of the command that executes a task; the task's index comes last. Its exit codes: 0 done, 1 and 2 failed for
   * good, 75 where it was warned (USR1) and is to begin again, 143 where it was told to end (TERM). It can begin again
   * at any time and anywhere: it goes on from its newest checkpoint.
   */
  readonly command: readonly string[];
  /** Where the command is to be called. */
  readonly workingDirectory: string;
  /** Most processors that a task uses. */
  readonly threads: number;
}

/** What an engine says when it has taken a sweep. */
export interface LaunchReceipt {
  /** The engine's name of the whole; null where it has no queue that could be asked. */
  readonly job: string | null;
  /** Lines for the person who launched. */
  readonly lines: readonly string[];
}

/** A launch as later commands see it. */
export interface Launch {
  readonly directory: string;
  readonly job: string;
  readonly tasks: readonly LaunchTask[];
}

/** Where a task stands in the engine's eyes. */
export interface QueuedTask {
  readonly index: number;
  /**
   * `held` for one that waits for something other than its turn; `over` for one that the engine no longer runs or will
   * run.
   */
  readonly state: 'queued' | 'held' | 'running' | 'over';
  /** The engine's own words: `PENDING (Resources)`. */
  readonly words: string;
  /** The machine it runs on. */
  readonly host?: string;
}

/** The engine's own name of what a process runs in; a lock's owner is known by it from other machines. */
export interface EngineJob {
  /** As a spec names the launcher. */
  readonly launcher: string;
  readonly id: string;
  /** How often it has begun again. */
  readonly restart: number;
}

/** Hands sweeps to something that executes their tasks elsewhere or later. It schedules nothing itself. */
export interface Launcher {
  /** @throws AblateError LAUNCH_REFUSED where the engine does not take it */
  launch(request: LaunchRequest): Promise<LaunchReceipt>;
  /**
   * Where each task stands, from any machine that can ask the engine; absent where there is no queue.
   *
   * @throws AblateError LAUNCH_REFUSED where the engine cannot be asked
   */
  tasks?(launch: Launch): Promise<readonly QueuedTask[]>;
  /** Ends all tasks; those under way write a checkpoint first. @throws AblateError LAUNCH_REFUSED */
  cancel?(launch: Launch): Promise<void>;
  /** What this process runs in, by its environment; undefined outside of the engine. */
  job?(env: NodeJS.ProcessEnv): Omit<EngineJob, 'launcher'> | undefined;
  /**
   * Whether the engine has ended a job, so that none of its processes is left where it can see; undefined where it
   * cannot say.
   */
  isOver?(job: EngineJob): Promise<boolean | undefined>;
}
