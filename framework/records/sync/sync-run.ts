import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { TrackerOutcome } from '../../contracts/tracker.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { readResolvedSpec } from '../../experiment/spec/read-resolved-spec.ts';
import type { PluginUse } from '../../experiment/spec/spec.ts';
import { readRegularFile } from '../../base/system/read-regular-file.ts';
import { lockRunFolder } from '../run-folder/lock-run-folder.ts';
import { damagedWords } from '../journal/read-journal.ts';
import { readProvenance } from '../provenance/record-provenance.ts';
import { removeTemporaries } from '../../base/system/remove-temporaries.ts';
import { requireOwnFiles } from '../run-folder/require-own-files.ts';
import { summarize } from '../run-folder/summary.ts';

/** What became of one run's projections; one outcome a tracker. */
export interface SyncedRun {
  readonly directory: string;
  readonly outcomes: readonly TrackerOutcome[];
  /** What was not sent, and what else should be known: of the run's record, of a tracker. */
  readonly warnings: readonly string[];
}

async function folderOfSpec(folder: RunFolder): Promise<string> {
  const provenance = await readProvenance(folder);
  return provenance ? dirname(provenance.specFile) : folder.directory;
}

/** The trackers that the spec names, or MLflow where it names none and the folder or the environment knows a server. */
function trackersOf(folder: RunFolder, tracking: readonly PluginUse[]): readonly PluginUse[] {
  if (tracking.length > 0) return tracking;
  return process.env.MLFLOW_TRACKING_URI || existsSync(join(folder.directory, 'mlflow.json'))
    ? [{ plugin: 'mlflow', options: {} }]
    : [];
}

/**
 * Brings every tracking server of a run up to date with its journal, from wherever that was left; as often as you like,
 * to the same result.
 *
 * @throws AblateError RUN_FOLDER where the run goes on in another process, which tracks it itself, or the folder is
 * damaged
 */
export async function syncRun(folder: RunFolder, catalogue: Catalogue): Promise<SyncedRun> {
  const lock = await lockRunFolder(folder.directory);
  try {
    await requireOwnFiles(folder);
    await removeTemporaries(folder.directory);
    const summary = await summarize(folder, 0);
    const spec = readResolvedSpec(String(await readRegularFile(folder.spec)), folder.spec);
    const from = await folderOfSpec(folder);
    const outcomes: TrackerOutcome[] = [];
    const warnings = summary.damagedLines ? [damagedWords(summary.damagedLines)] : [];
    for (const { plugin, options } of trackersOf(folder, spec.tracking)) {
      const entry = await catalogue.load('tracker', plugin, from);
      const parsed = entry.manifest.schema.safeParse(options);
      if (!parsed.success)
        throw new AblateError(
          'PLUGIN_OPTIONS',
          `${folder.spec}: the tracker ${plugin} refuses its options: ${parsed.error.message}`,
          { remedy: 'Use the version of the plugin that the run was made with.' },
        );
      const tracker = await makeComponent(entry, parsed.data, {
        warn: (message) => void warnings.push(message),
        streams: new RandomStreams(spec.seed, 'tracking/'),
        experiment: summary.experiment,
        run: summary.label || summary.name,
      });
      tracker.start(folder);
      outcomes.push(await tracker.finish());
    }
    return { directory: folder.directory, outcomes, warnings };
  } finally {
    await lock.release();
  }
}
