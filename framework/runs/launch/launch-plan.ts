import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import type { LaunchReceipt } from '../../contracts/launcher.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { dueRuns, refuseUnready } from '../plan/due-runs.ts';
import type { DueRun } from '../plan/due-run.ts';
import { withInputChanges } from '../plan/input-changes.ts';
import { knownRuns } from '../plan/known-runs.ts';
import { writePlanFile } from '../plan/plan-file.ts';
import { requireDifferentFolds } from '../plan/require-different-folds.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { writeSpec } from '../../experiment/spec/write-spec.ts';
import { identifyExperiment } from '../../records/run-folder/experiment-identity.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { commandFile } from './command-file.ts';
import { makeLaunchFolder, writeLaunch, type LaunchFile } from './launch-file.ts';
import { launcherOf } from './launcher-of.ts';
import { runsUnderWay } from './runs-under-way.ts';
import { withThreads } from './worker-slots.ts';

/** How a plan is launched. */
export interface LaunchOptions {
  readonly catalogue: Catalogue;
  /** Folder that experiments are kept in; every machine of the engine must see it. */
  readonly out: string;
  readonly allowChanges?: boolean;
  /** Finished runs stay as they are although their data or their plugins have changed since. */
  readonly keep?: boolean;
  /** Ids or labels of the runs that alone are launched. */
  readonly only?: readonly string[];
  readonly onNote: (line: string) => void;
}

/** What came of a launch. */
export interface LaunchReport extends LaunchReceipt {
  /** The launch's folder; null where nothing was left to run. */
  readonly directory: string | null;
  readonly tasks: number;
}

/**
 * Hands all of a plan that is neither done nor under way to its launcher, a run a task. What was begun goes on from its
 * newest checkpoint.
 *
 * @throws AblateError USAGE where the plan names no launcher; PLUGIN_UNTRUSTED where a stranger's spec has lines
 * executed; RUN_FOLDER; LAUNCH_REFUSED
 */
export async function launchPlan(loaded: Plan, options: LaunchOptions): Promise<LaunchReport> {
  const { catalogue, onNote } = options;
  if (loaded.study)
    throw new AblateError(
      'USAGE',
      `${loaded.file} has a search or a protocol, whose later runs follow from the earlier ones: it is no one array of runs.`,
      { remedy: 'Type: ablate run SPEC --workers N, in a job of its own where it is to be on a cluster.' },
    );
  if (!loaded.launch)
    throw new AblateError('USAGE', `${loaded.file} names no launcher.`, {
      remedy: 'Add launch: {slurm: {}} to the spec, or type: ablate launch SPEC --slurm',
    });
  if (loaded.runs.some(({ spec }) => spec.train.ranks))
    throw new AblateError(
      'USAGE',
      `${loaded.file} has a run over several processes (train.ranks), and a task of a launch is one.`,
      {
        remedy: 'Leave train.ranks out, or type: ablate run SPEC, in a job of its own on one machine.',
      },
    );
  refuseForeignLines(loaded, catalogue);
  refuseControlCharacters([process.cwd(), options.out]);
  const { manifest } = await catalogue.load('launcher', loaded.launch.plugin, dirname(loaded.file));
  const plan = withThreads(loaded, manifest.processors?.(loaded.launch.options as never) ?? 1);
  const parent = join(options.out, plan.name);
  const known = await knownRuns(plan, parent);
  const standing = await dueRuns(known, parent, { resume: true, fresh: false, ...options, keepThreads: true });
  const runs = await withInputChanges(standing, { catalogue, baseDirectory: dirname(plan.file) }, false);
  refuseUnready(runs, { resume: true, fresh: false, ...options });
  const busy = await runsUnderWay(parent, catalogue);
  const due = runs.filter((run) => run.due && !busy.has(run.run.id));
  if (busy.size > 0)
    onNote(`${busy.size} of ${plan.runs.length} runs are launched already; ablate status ${parent} shows them.`);
  if (due.length === 0) return { directory: null, job: null, lines: ['No run is left to launch.'], tasks: 0 };
  if (runs.every(({ status }) => status === 'waiting'))
    await requireDifferentFolds(plan, {
      catalogue,
      baseDirectory: dirname(plan.file),
      cacheDirectory: cacheDirectory(),
    });
  await writePlanFile(parent, known);
  await identifyExperiment(parent, plan.name);
  const directory = await realpath(await makeLaunchFolder(parent));
  const logs = join(directory, 'logs');
  await mkdir(logs);
  const launch = launchFileOf(plan, runs, due);
  await writeLaunch(directory, launch);
  const launcher = await launcherOf(launch.launcher, plan.file, catalogue);
  const receipt = await launcher.launch({
    experiment: plan.name,
    directory,
    logs,
    tasks: launch.tasks,
    workingDirectory: process.cwd(),
    command: [process.execPath, commandFile(), 'task', directory],
    threads: Math.max(...due.map(({ run: { spec } }) => spec.threads)),
  });
  await writeLaunch(directory, { ...launch, job: receipt.job });
  return { ...receipt, directory, tasks: due.length };
}

/** Refuses what a spec has executed on another machine, where nobody here wrote it or has agreed to it. */
function refuseForeignLines({ executed = [] }: Plan, catalogue: Catalogue): void {
  const foreign = executed.filter(({ place }) => !catalogue.trustsSpec(place.file));
  const [first] = foreign;
  if (!first) return;
  const lines = foreign.map(
    ({ path, value, place }) =>
      `\n    ${shownFile(place.file)}:${place.line}: ${path}: ${JSON.stringify(redactSecrets(value))}`,
  );
  const why = `${first.path} is executed as it stands, and was written outside of the project that you work in`;
  throw new AblateError('PLUGIN_UNTRUSTED', `${why}; nothing was launched:${lines.join('')}`, {
    remedy: `If you trust it, add --trust. Or say it yourself: --set '${first.path}=[]'`,
  });
}

/** Refuses names of folders that scripts and lists of commands cannot hold: a new line begins another command. */
function refuseControlCharacters(folders: readonly string[]): void {
  const wrong = folders.find((folder) => /\p{Cc}/u.test(folder));
  if (wrong === undefined) return;
  throw new AblateError(
    'LAUNCH_REFUSED',
    `The name of the folder ${JSON.stringify(wrong)} has a control character, which no script can hold.`,
    {
      remedy: 'Rename it, or launch from another folder.',
    },
  );
}

function launchFileOf(
  { runs: _, executed: _1, launch, ...plan }: Plan,
  runs: readonly DueRun[],
  due: readonly DueRun[],
): LaunchFile {
  return {
    version: 1,
    launcher: launch!,
    job: null,
    created: new Date().toISOString(),
    plan,
    runs: runs.map(({ run: { spec, ...run }, changes }) => ({
      ...run,
      point: redactSecrets(run.point),
      spec: writtenWithoutSecrets({ ...run, spec }),
      changes,
    })),
    tasks: due.map(({ run: { id, label } }, index) => ({ index, id, label })),
  };
}

/** A secret that the spec itself holds could not be kept for later. */
function writtenWithoutSecrets({ spec, secrets }: Plan['runs'][number]): string {
  const text = writeSpec({ spec: redactSecrets(spec), secrets });
  const hidden = /^\s*(?:- )?([\w-]+): "?\*\*\*"?$/m.exec(text);
  if (!hidden) return text;
  throw new AblateError(
    'USAGE',
    `The spec holds the secret "${hidden[1]}" in full, which is not kept for runs that begin later.`,
    { remedy: `Put it into the environment and write ${hidden[1]}: \${env:NAME}` },
  );
}
