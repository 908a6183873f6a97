import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { useDevice, type DeviceName } from '../../devices/devices.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { readJournal } from '../../records/journal/read-journal.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { readSummary } from '../../records/run-folder/summary.ts';
import { asBegun } from '../plan/as-begun.ts';
import { inputsLooker } from '../plan/input-changes.ts';
import { changedSpec, changeLines, specChanges } from '../plan/changed-spec.ts';
import { recordRun } from './record-run.ts';
import type { RunOptions } from '../plan/run-options.ts';
import { runOutcome, type RunOutcome } from '../plan/run-outcome.ts';

/** How a run goes on in its own folder. */
export interface ResumeOptions extends Omit<RunOptions, 'out' | 'resume' | 'fresh'> {
  /** `path=value`, over the folder's own spec. */
  readonly set: readonly string[];
  /** Folder that relative paths start at; the original spec's by default. */
  readonly from?: string;
}

/**
 * Goes on with a run where it stands, by the spec in its folder and on the kind of device it was computed on. A
 * finished run whose spec has not been changed stays as it is.
 *
 * @throws AblateError RUN_FOLDER where the folder holds no run, another process has it, or its spec is changed without
 * leave; SpecError; DEVICE_UNAVAILABLE
 */
export async function resumeRun(directory: string, { set, from, ...options }: ResumeOptions): Promise<RunOutcome> {
  const { folder, plan, device: computed } = await planOf(directory, { set, from, catalogue: options.catalogue });
  const run = await asBegun(folder, plan.runs[0]!, false);
  const runContext = {
    catalogue: options.catalogue,
    baseDirectory: dirname(plan.file),
    cacheDirectory: cacheDirectory(),
  };
  const summary = await readSummary(folder);
  const [spec, inputs] = [await specChanges(folder, run), await inputsLooker(runContext)(folder, run.spec)];
  if (summary.status === 'finished' && spec.length === 0) {
    options.onNote(
      `${shownFile(folder.directory)} is done already${inputs.length > 0 ? `, and what it was made of has changed since:\n${changeLines(inputs)}` : '.'}`,
    );
    return runOutcome(run, folder, summary);
  }
  const changes = [...spec, ...inputs];
  if (changes.length > 0 && !options.allowChanges)
    throw changedSpec(folder, changes, 'run the spec anew: ablate run SPEC');
  if (
    changes.length > 0 &&
    run.spec.test === 'once' &&
    [...readJournal(folder.journal)].some(({ type }) => type === 'opened')
  ) {
    throw new AblateError(
      'RUN_FOLDER',
      `${shownFile(folder.directory)} has opened its test set, and its spec has changed since:\n${changeLines(changes)}`,
      {
        remedy:
          'A test set that is looked at for a second choice tests nothing: go back to the spec that the run began with.',
      },
    );
  }
  const { device: asked, threads } = run.spec;
  const wanted = asked === 'auto' ? (computed ?? 'auto') : (asked as DeviceName);
  const device = await useDevice(wanted, { threads });
  return runOutcome(
    run,
    folder,
    await recordRun({
      plan,
      run,
      parent: dirname(folder.directory),
      device,
      runContext,
      options: { ...options, out: dirname(dirname(folder.directory)), resume: true, fresh: false },
      changes,
    }),
  );
}

async function planOf(
  directory: string,
  { set, from, catalogue }: Pick<ResumeOptions, 'set' | 'from' | 'catalogue'>,
): Promise<{ folder: RunFolder; plan: Plan; device: DeviceName | undefined }> {
  const absolute = resolve(directory);
  const folder = runFolderAt(absolute);
  const summary = await readSummary(folder);
  if (summary.emptying)
    throw new AblateError(
      'RUN_FOLDER',
      `${shownFile(absolute)} was being emptied for a fresh start, which has not begun.`,
      { remedy: 'Run its spec: ablate run SPEC --resume' },
    );
  const provenance = await readProvenance(folder);
  const base = from ?? (provenance && dirname(provenance.specFile)) ?? absolute;
  const { runs, ...plan } = await loadPlan(folder.spec, { catalogue, from: base, set });
  await requireSecrets(folder, set);
  const file = join(base, provenance ? basename(provenance.specFile) : 'spec.yaml');
  return {
    folder,
    plan: {
      ...plan,
      name: summary.experiment,
      file,
      runs: [{ ...runs[0]!, id: folder.id, label: summary.label, point: summary.point }],
    },
    device: provenance?.device?.name,
  };
}

/** A secret that the spec named in full was not kept; without it the run would go on and be tracked nowhere. */
async function requireSecrets(folder: RunFolder, set: readonly string[]): Promise<void> {
  const hidden = /^\s*(?:- )?([\w-]+): "?\*\*\*"?$/m.exec(await readFile(folder.spec, 'utf8'));
  if (!hidden || set.some((setting) => setting.includes(`${hidden[1]}=`))) return;
  throw new AblateError('RUN_FOLDER', `${shownFile(folder.spec)} keeps no secrets: "${hidden[1]}" is *** there.`, {
    remedy: `Give it with --set <path to ${hidden[1]}>=…, or go on from the original spec: ablate run SPEC --resume`,
  });
}
