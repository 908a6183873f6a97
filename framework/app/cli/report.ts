import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { gatherRuns } from '../../analysis/report/gather-runs.ts';
import { writeReport } from '../../analysis/report/write-report.ts';
import { Bar } from './bar.ts';

interface ReportFlags {
  readonly out: string;
  readonly runs: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

/**
 * Writes the page about what is named, with a bar on the terminal.
 *
 * @param runs folder that experiments are kept in, where a spec is named; @param out file of the page
 * @throws AblateError as `gatherRuns` and `writeReport`
 */
export async function reportOn(
  names: readonly string[],
  { runs, catalogue, out }: { readonly runs: string; readonly catalogue: Catalogue; readonly out: string },
): ReturnType<typeof writeReport> {
  const bar = new Bar();
  const gathered = await gatherRuns(names, {
    runs,
    catalogue,
    onProgress: (done, total) => bar.show('runs fetched', done, total),
  });
  const written = await writeReport(gathered, {
    catalogue,
    out,
    onProgress: (what, done, total) => bar.show(what, done, total),
  }).finally(() => gathered.release());
  bar.clear();
  return written;
}

const opener = { darwin: 'open', win32: 'explorer' } as Partial<Record<NodeJS.Platform, string>>;

/** Registers `ablate report DIR|SPEC|MLFLOW_EXPERIMENT…` */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('Write one HTML page about runs, which needs no network.')
    .argument(
      '<dir-or-spec...>',
      'folders of runs, of experiments, the specs they were made from, or experiments of the MLflow server that MLFLOW_TRACKING_URI names',
    )
    .option('--out <file>', 'file of the page', 'report.html')
    .option('--runs <dir>', 'folder that experiments are kept in, where a spec is named', 'runs')
    .option('--open', 'open the page in the browser')
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (names: string[], { out, runs, open, json }: ReportFlags) => {
      if (!/\.html?$/i.test(out))
        throw new AblateError('USAGE', `A report is an HTML page, and "${out}" is not named like one.`, {
          remedy: 'Name it with --out FILE.html.',
        });
      const catalogue = await createCatalogue();
      const written = await reportOn(names, { runs, catalogue, out });
      if (json) process.stdout.write(`${JSON.stringify({ version: 1, ...written })}\n`);
      else
        process.stdout.write(
          `${written.file}: ${written.runs} ${written.runs === 1 ? 'run' : 'runs'}, ${written.figures} figures, ${(written.bytes / 1e6).toFixed(1)} MB\n`,
        );
      if (open)
        spawn(opener[process.platform] ?? 'xdg-open', [written.file], { detached: true, stdio: 'ignore' })
          .on('error', () => process.stderr.write(`No browser could be started; open ${written.file} yourself.\n`))
          .unref();
    });
}
