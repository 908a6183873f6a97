import { relative } from 'node:path';
import type { Command } from 'commander';
import type { RunFolder } from '../contracts/run-folder.ts';
import type { TrackerOutcome } from '../contracts/tracker.ts';
import { AblateError } from '../errors/ablate-error.ts';
import type { Catalogue } from '../plugins/catalogue.ts';
import { createCatalogue } from '../plugins/load-catalogue.ts';
import { findRuns } from '../tracking/find-runs.ts';
import { syncRun } from '../tracking/sync-run.ts';
import { printJson } from './print-json.ts';

/** `ablate sync [DIR…]`: brings tracking servers up to date with the journals. Exit code 1 where one could not be. */
export function registerSync(program: Command): void {
  program
    .command('sync')
    .description('Bring tracking servers up to date with what is on disk; may be repeated.')
    .argument('[dir...]', 'folders of runs, of experiments or of all of them', ['runs'])
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (directories: string[], { json }: { json?: boolean }) => {
      const catalogue = await createCatalogue();
      const folders = (await Promise.all(directories.map(findRuns))).flat();
      const results: { dir: string; outcomes: readonly TrackerOutcome[] }[] = [];
      for (const folder of folders) {
        const outcomes = await outcomesOf(folder, catalogue);
        results.push({ dir: folder.directory, outcomes });
        if (!json) process.stdout.write(`${lines(folder, outcomes)}\n`);
      }
      if (json) printJson({ runs: results });
      if (results.some(({ outcomes }) => outcomes.some(({ complete }) => !complete))) process.exitCode = 1;
    });
}

/** A run that cannot be synced does not keep the others from it. */
async function outcomesOf(folder: RunFolder, catalogue: Catalogue): Promise<readonly TrackerOutcome[]> {
  try {
    return (await syncRun(folder, catalogue)).outcomes;
  } catch (error) {
    if (!(error instanceof AblateError)) throw error;
    return [{ complete: false, problem: error.message }];
  }
}

function lines(folder: RunFolder, outcomes: readonly TrackerOutcome[]): string {
  const name = relative('', folder.directory) || '.';
  if (outcomes.length === 0) return `– ${name}: its spec names no tracker (set MLFLOW_TRACKING_URI)`;
  return outcomes.map(({ complete, url, problem }) => (complete ? `✓ ${name}: ${url ?? 'done'}` : `✗ ${name}: ${problem ?? 'not complete'}`)).join('\n');
}
