import type { Command } from 'commander';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { compareTwoRuns } from '../../runs/reproduction/compare-two-runs.ts';
import { locateRun } from '../../runs/reproduction/locate-run.ts';
import { reportText } from '../../runs/reproduction/reproduce-run.ts';
import { readRunRecord } from '../../runs/reproduction/run-record.ts';
import { differenceLines, historyLine, metricTable } from './reproduction-lines.ts';

/** Relative difference of a metric that counts as chance where there are too few seeds to tell. */
const tolerance = 0.01;

/** Registers `ablate diff A B`: how two runs' specs, environments and metrics differ. */
export function registerDiff(program: Command): void {
  program
    .command('diff')
    .description('Compare two runs: their specs, data, code, machines and metrics.')
    .argument('<first>', "a run's folder or MLflow run id")
    .argument('<second>', 'another')
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (first: string, second: string, { json }: { json?: boolean }) => {
      const catalogue = await createCatalogue();
      const located = await locateRun(first, catalogue);
      const other = await locateRun(second, catalogue).catch(async (error: unknown) => {
        await located.release();
        throw error;
      });
      try {
        const [before, after] = [await readRunRecord(located.folder), await readRunRecord(other.folder)];
        const compared = await compareTwoRuns(before, after, tolerance);
        const [one, two] = [before, after].map(({ summary: { id, uuid, status }, provenance: { command } }) => ({
          id,
          uuid,
          status,
          command,
        }));
        if (json) process.stdout.write(reportText({ version: 1, first: one, second: two, ...compared }));
        else {
          const { differences, metrics, history, verdict } = compared;
          const differs =
            differences.length > 0
              ? `Between them differs:\n${differenceLines(differences)}`
              : 'Nothing that is recorded differs.';
          process.stdout.write(
            `first   ${one!.id}, ${one!.status}: ${one!.command.join(' ')}\nsecond  ${two!.id}, ${two!.status}: ${two!.command.join(' ')}\n\n${differs}\n\n${metrics.length > 0 ? `${metricTable(metrics, ['first', 'second'])}\n\n` : ''}${historyLine(history!)}\nThe runs are ${verdict}.\n`,
          );
        }
      } finally {
        await located.release();
        await other.release();
      }
    });
}
