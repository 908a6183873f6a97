import { relative } from 'node:path';
import type { Command } from 'commander';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { TrackerOutcome } from '../../contracts/tracker.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { problemOf } from '../../base/errors/problem-of.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';
import { syncRun, type SyncedRun } from '../../records/sync/sync-run.ts';
import { printJson } from './print-json.ts';

/**
 * Registers `ablate sync [DIR…]`: brings tracking servers up to date with the journals. Exit code 1 where one could not
 * be.
 */
export function registerSync(program: Command): void {
  program
    .command('sync')
    .description('Bring tracking servers up to date with what is on disk; may be repeated.')
    .argument('[dir...]', 'folders of runs, of experiments or of all of them', ['runs'])
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (directories: string[], { json }: { json?: boolean }) => {
      const catalogue = await createCatalogue();
      const folders = (await Promise.all(directories.map(findRuns))).flat();
      const results: (Omit<SyncedRun, 'directory'> & { dir: string })[] = [];
      for (const folder of folders) {
        const { outcomes, warnings } = await synced(folder, catalogue);
        results.push({ dir: folder.directory, outcomes, warnings });
        if (!json) process.stdout.write(`${lines(folder, outcomes, warnings)}\n`);
      }
      if (json) printJson({ runs: results });
      if (results.some(({ outcomes }) => outcomes.some(({ complete }) => !complete))) process.exitCode = 1;
    });
}

/** A run that cannot be synced does not keep the others from it. */
async function synced(folder: RunFolder, catalogue: Catalogue): Promise<Omit<SyncedRun, 'directory'>> {
  try {
    return await syncRun(folder, catalogue);
  } catch (error) {
    return {
      outcomes: [{ complete: false, problem: error instanceof AblateError ? error.message : problemOf(error) }],
      warnings: [],
    };
  }
}

function lines(folder: RunFolder, outcomes: readonly TrackerOutcome[], warnings: readonly string[]): string {
  const name = relative('', folder.directory) || '.';
  const ends = outcomes.map(({ complete, url, problem }) =>
    complete ? `✓ ${name}: ${url ?? 'done'}` : `✗ ${name}: ${problem ?? 'not complete'}`,
  );
  if (outcomes.length === 0) ends.push(`– ${name}: its spec names no tracker (set MLFLOW_TRACKING_URI)`);
  return [...ends, ...warnings.map((warning) => `! ${name}: ${warning}`)].join('\n');
}
