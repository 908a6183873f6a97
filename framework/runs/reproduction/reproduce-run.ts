import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { useDevice, type Device, type DeviceName } from '../../devices/devices.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { recordSecondLook } from '../plan/plan-file.ts';
import type { RunOptions } from '../plan/run-options.ts';
import { runPlan } from '../execute/run-plan.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { writtenSpec } from '../../experiment/spec/written-spec.ts';
import { collectProvenance } from '../../records/provenance/collect-provenance.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { compareRecords, compareTwoRuns } from './compare-two-runs.ts';
import type { Difference } from '../../experiment/spec/difference.ts';
import type { ReproductionReport } from './reproduction-report.ts';
import { readRunRecord, type RunRecord } from './run-record.ts';

/** How a run is made again. */
export interface ReproduceOptions extends Omit<RunOptions, 'resume' | 'fresh'> {
  /** Folder that relative paths and plugins of the spec start at; the one it was run from where it is left out. */
  readonly from: string | undefined;
  /** Whether the original lies in its experiment's folder, rather than in a copy of what a server has. */
  readonly isOwn: boolean;
  /** `path=value` of the spec: another place of the data, say. */
  readonly set: readonly string[];
  /** Instead of the one that computed the run. */
  readonly device: DeviceName | 'auto' | undefined;
  /** Relative difference of a metric that counts as chance where there are too few seeds to tell. */
  readonly tolerance: number;
  /** Opens a test set once more that a protocol opens once; the experiment's plan then keeps a record of it. */
  readonly openTest: boolean;
  /** Compares what is here with what was there, and runs nothing. */
  readonly checkOnly: boolean;
  /** Hears what differs here before anything is run. */
  readonly onDifferences: (differences: readonly Difference[]) => void;
}

/**
 * Makes a run again, in a folder of its own below `out`, by its resolved spec, on the device and with the threads that
 * it was computed with, and says how near it comes. No tracking server hears of it. A test set that a protocol opens
 * once stays locked, and training and validation alone are compared, unless it is to be opened again.
 *
 * @throws AblateError RUN_FOLDER where the run has not ended or its spec's folder is not here; USAGE where the test set
 * is to be opened for another spec than the run's; SpecError; DEVICE_UNAVAILABLE
 */
export async function reproduceRun(original: RunRecord, options: ReproduceOptions): Promise<ReproductionReport> {
  const { summary, folder } = original;
  if (summary.status !== 'finished' && summary.status !== 'failed') {
    throw new AblateError('RUN_FOLDER', `The run in ${folder.directory} has not ended: it is ${summary.status}.`, {
      remedy: 'Go on with it first: npx ablate run SPEC --resume',
    });
  }
  const { plan, device } = await planOf(original, options);
  const { spec } = plan.runs[0]!;
  const { provenance } = await collectProvenance({ specFile: plan.file, spec, catalogue: options.catalogue, device });
  const here = compareRecords(original, {
    ...original,
    provenance,
    spec: JSON.parse(JSON.stringify(writtenSpec(spec))) as RunRecord['spec'],
  }).filter(({ area, name }) => area !== 'spec' || name !== 'test');
  options.onDifferences(here);
  const test = original.spec['test'] !== 'once' ? null : options.openTest ? 'opened again' : 'locked';
  if (test === 'opened again') refuseAnother(here);
  const head = { version: 1, original: { id: summary.id, uuid: summary.uuid, status: summary.status }, test } as const;
  if (options.checkOnly)
    return { ...head, reproduction: null, differences: here, metrics: [], history: null, verdict: null, cause: null };

  if (test === 'locked')
    options.onNote(
      "The test set, which a protocol opens once, stays locked: training and validation are compared. --open-test opens it again, which the experiment's plan.json then says.",
    );
  if (test === 'opened again' && options.isOwn)
    await recordSecondLook(dirname(folder.directory), {
      time: new Date().toISOString(),
      run: folder.id,
      by: join(options.out, plan.name, plan.runs[0]!.id),
    });
  const [outcome] = (await runPlan(plan, { ...options, resume: false, fresh: false })).outcomes;
  const made = runFolderAt(join(options.out, plan.name, plan.runs[0]!.id));
  const reproduction = {
    dir: made.directory,
    status: outcome?.status ?? 'interrupted',
    ...(outcome?.error && { error: outcome.error }),
  };
  if (reproduction.status === 'interrupted')
    return { ...head, reproduction, differences: here, metrics: [], history: null, verdict: null, cause: null };
  const compared = await compareTwoRuns(original, await readRunRecord(made), options.tolerance, test === 'locked');
  const cause =
    outcome?.error && summary.status === 'finished'
      ? `The new run failed: ${outcome.error.message} ${compared.cause}`
      : compared.cause;
  const report: ReproductionReport = { ...head, reproduction, ...compared, cause };
  await writeAtomically(join(made.directory, 'reproduction.json'), reportText(report));
  return report;
}

/**
 * The same choice may be looked at again; another one would be tested on what it was chosen by. Where the data lie, and
 * by how many threads, is no choice.
 */
function refuseAnother(differences: readonly Difference[]): void {
  const changed = differences
    .filter(({ area, name }) => area === 'spec' && !/^(?:dataset\b|threads$)/.test(name))
    .map(({ name }) => name);
  if (changed.length === 0) return;
  throw new AblateError(
    'USAGE',
    `The test set was opened for the spec of the run, and ${changed.join(', ')} ${changed.length === 1 ? 'is' : 'are'} another here.`,
    { remedy: 'A test set that is looked at for a second choice tests nothing: leave out --open-test, or --set.' },
  );
}

/** Writes a report as JSON; numbers that JSON lacks are texts. */
export function reportText(report: object): string {
  return `${JSON.stringify(report, (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value), 2)}\n`;
}

async function planOf(
  { folder, summary, provenance, spec }: RunRecord,
  options: ReproduceOptions,
): Promise<{ plan: Plan; device: Device }> {
  const from = resolve(options.from ?? dirname(provenance.specFile));
  if (!existsSync(from)) {
    throw new AblateError('RUN_FOLDER', `The folder ${from}, which the run's spec lay in, is not here.`, {
      remedy: 'Name the folder that its relative paths start at with --from, and other places of data with --set.',
    });
  }
  const device = await deviceOf(provenance.device?.name, options);
  const set = [
    ...options.set,
    'tracking=[]',
    `device=${device.name}`,
    ...(spec['test'] === 'once' && !options.openTest ? ['test=locked'] : []),
  ];
  const { runs, ...plan } = await loadPlan(folder.spec, { catalogue: options.catalogue, from, set });
  const run = {
    ...runs[0]!,
    id: freeName(join(options.out, summary.experiment), summary.id),
    label: summary.label,
    point: summary.point,
  };
  return {
    device,
    plan: { ...plan, name: summary.experiment, file: join(from, basename(provenance.specFile)), runs: [run] },
  };

  async function deviceOf(
    computed: DeviceName | undefined,
    { device: wanted, onNote }: ReproduceOptions,
  ): Promise<Device> {
    const { threads } = (
      await loadPlan(folder.spec, { catalogue: options.catalogue, from, set: [...options.set, 'tracking=[]'] })
    ).runs[0]!.spec;
    if (wanted || !computed) return useDevice(wanted ?? 'auto', { threads });
    try {
      return await useDevice(computed, { threads });
    } catch (error) {
      if (!(error instanceof AblateError) || error.code !== 'DEVICE_UNAVAILABLE') throw error;
      onNote(`The run was computed on ${computed}, which does not work here; the best device that does is taken.`);
      return useDevice('auto', { threads });
    }
  }
}

/** A folder name that is not taken: a reproduction never touches what is there. */
function freeName(parent: string, id: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? id : `${id}-${count}`;
    if (!existsSync(join(parent, name))) return name;
  }
}
