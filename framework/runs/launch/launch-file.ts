import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchTask } from '../../contracts/launcher.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { SpecChange } from '../plan/changed-spec.ts';
import { readResolvedSpec } from '../../experiment/spec/read-resolved-spec.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import type { PluginUse } from '../../experiment/spec/spec.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

const launchVersion = 1;

/** A run as a launch keeps it. */
interface LaunchedRun extends Omit<PlannedRun, 'spec'> {
  /** The resolved spec as YAML, `${env:NAME}` in the place of secrets. */
  readonly spec: string;
  readonly changes: readonly SpecChange[];
}

/** `launch.json`: a sweep as it was handed to an engine. Later changes of the spec file change nothing of it. */
export interface LaunchFile {
  readonly version: typeof launchVersion;
  readonly launcher: PluginUse;
  /** The engine's name of it; null where the engine has no queue, and until it has taken the sweep. */
  readonly job: string | null;
  /** ISO 8601. */
  readonly created: string;
  readonly plan: Omit<Plan, 'runs' | 'launch' | 'executed'>;
  /** All runs of the plan. */
  readonly runs: readonly LaunchedRun[];
  /** Those that the engine executes. */
  readonly tasks: readonly LaunchTask[];
}

/** A launch and its folder, `launches/<number>` beside the experiment's runs. */
export interface FoundLaunch extends LaunchFile {
  readonly directory: string;
}

const folderOf = (parent: string): string => join(parent, 'launches');

/** Makes the folder of an experiment's next launch. */
export async function makeLaunchFolder(parent: string): Promise<string> {
  await mkdir(folderOf(parent), { recursive: true });
  for (let number = (await numbersIn(parent)).length + 1; ; number++) {
    const directory = join(folderOf(parent), String(number));
    try {
      await mkdir(directory);
      return directory;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
  }
}

async function numbersIn(parent: string): Promise<number[]> {
  const names = await readdir(folderOf(parent)).catch(() => []);
  return names
    .map(Number)
    .filter(Number.isInteger)
    .sort((one, other) => one - other);
}

/** Writes `launch.json`. */
export async function writeLaunch(directory: string, launch: LaunchFile): Promise<void> {
  await writeAtomically(join(directory, 'launch.json'), `${JSON.stringify(launch, null, 1)}\n`);
}

/** Reads a launch. @throws AblateError RUN_FOLDER */
export async function readLaunch(directory: string): Promise<FoundLaunch> {
  const file = join(directory, 'launch.json');
  const remedy = 'Name the folder of a launch: the one that holds launch.json.';
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new AblateError('RUN_FOLDER', `${file} cannot be read: ${cause.message}.`, { cause, remedy });
  });
  let launch: LaunchFile;
  try {
    launch = JSON.parse(text) as LaunchFile;
  } catch (cause) {
    throw new AblateError('RUN_FOLDER', `${file} is damaged: ${(cause as Error).message}.`, { cause, remedy });
  }
  if (launch.version === launchVersion) return { ...launch, directory };
  throw new AblateError('RUN_FOLDER', `${file} is of another version than this Ablate reads.`, {
    remedy: 'Use the version of Ablate that wrote it.',
  });
}

/** Reads the launches of an experiment, the newest first; without those that an engine never took. */
export async function launchesOf(parent: string): Promise<FoundLaunch[]> {
  const numbers = await numbersIn(parent);
  const launches = await Promise.all(
    numbers.reverse().map((number) => readLaunch(join(folderOf(parent), String(number))).catch(() => undefined)),
  );
  return launches.filter((launch) => launch !== undefined);
}

/** Restores the plan that a launch keeps, secrets from this process's environment. @throws SpecError */
export function planOf({ plan, runs, directory }: FoundLaunch): Plan {
  return {
    ...plan,
    runs: runs.map(({ spec, changes: _, ...run }) => ({
      ...run,
      spec: readResolvedSpec(spec, join(directory, 'launch.json')),
    })),
  };
}
