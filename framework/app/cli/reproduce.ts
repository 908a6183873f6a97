import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { locateRun } from '../../runs/reproduction/locate-run.ts';
import { reportText, reproduceRun } from '../../runs/reproduction/reproduce-run.ts';
import type { ReproductionReport } from '../../runs/reproduction/reproduction-report.ts';
import { readRunRecord } from '../../runs/reproduction/run-record.ts';
import { collect } from './collect.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { onInterrupt } from './on-interrupt.ts';
import { Progress } from './progress.ts';
import { differenceLines, historyLine, metricTable } from './reproduction-lines.ts';

interface ReproduceFlags {
  readonly out: string;
  readonly from?: string;
  readonly set: string[];
  readonly device?: string;
  readonly tolerance: string;
  readonly openTest?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

/**
 * Registers `ablate reproduce RUN`: makes a run again and says how near it comes. Exit code 1 where it is different.
 */
export function registerReproduce(program: Command): void {
  program
    .command('reproduce')
    .description(
      'Make a run again from its folder or its MLflow run id, and say how near it comes: identical, within seed noise, or different.',
    )
    .argument('<run>', "a run's folder, or the id of a run on the server that MLFLOW_TRACKING_URI names")
    .option('--out <dir>', 'folder that the new run is kept in', 'reproduced')
    .option('--from <dir>', "folder that the spec's relative paths start at, where it is not the one it was run from")
    .option(
      '--set <path=value>',
      'another value of the spec, such as the place of the data; may be repeated',
      collect,
      [],
    )
    .option('--device <name>', 'another device than the one that computed the run')
    .option(
      '--tolerance <number>',
      'relative difference of a metric that counts as seed noise where fewer than three seeds tell it',
      '0.01',
    )
    .option('--open-test', 'open a test set again that a protocol opens once; its plan.json then says so')
    .option('--check', 'say what differs on this machine, and run nothing')
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (name: string, flags: ReproduceFlags) => {
      const catalogue = await createCatalogue();
      const located = await locateRun(name, catalogue);
      const progress = new Progress(1);
      const interrupt = onInterrupt((signal) => progress.note(`${signal}: stopping.`));
      try {
        const report = await reproduceRun(await readRunRecord(located.folder), {
          catalogue,
          out: resolve(flags.out),
          from: flags.from,
          isOwn: located.isOwn,
          openTest: flags.openTest ?? false,
          set: flags.set,
          device: flags.device === undefined ? undefined : deviceOf(flags.device),
          tolerance: toleranceOf(flags.tolerance),
          checkOnly: flags.check ?? false,
          signal: interrupt.signal,
          onEvent: (run, event) => progress.show(run, event),
          onNote: (line) => progress.note(line),
          onDifferences: (differences) => {
            if (!flags.json)
              process.stdout.write(
                differences.length > 0
                  ? `Here differs:\n${differenceLines(differences)}\n`
                  : 'Nothing that is recorded differs here.\n',
              );
          },
        });
        if (flags.json) process.stdout.write(reportText(report));
        else show(report);
        process.exitCode = interrupt.exitCode ?? (report.verdict === 'different' ? 1 : 0);
      } finally {
        interrupt.release();
        await located.release();
      }
    });
}

function toleranceOf(text: string): number {
  const tolerance = Number(text);
  if (text.trim() !== '' && tolerance >= 0) return tolerance;
  throw new AblateError('USAGE', `--tolerance ${text} is no number from 0 on.`, {
    remedy: 'For one per cent write --tolerance 0.01',
  });
}

function show({ reproduction, metrics, history, verdict, cause }: ReproductionReport): void {
  if (!reproduction || !history) return;
  const lines = [
    ...(metrics.length > 0 ? [metricTable(metrics, ['original', 'again']), ''] : []),
    historyLine(history),
    `Verdict: ${verdict}.`,
    ...(cause ? [`Likely cause: ${cause}`] : []),
    `The new run: ${reproduction.dir}`,
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
