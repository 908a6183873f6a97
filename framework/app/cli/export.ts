import type { Command } from 'commander';
import { deviceNames, useDevice } from '../../devices/devices.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { exportFormats } from '../../runs/export/formats.ts';
import { exportRun } from '../../runs/export/export-run.ts';
import { readRun } from '../../runs/evaluate/read-run.ts';
import { oneRun } from '../../runs/plan/one-run.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { tell } from '../../base/system/tell.ts';
import { printJson } from './print-json.ts';

interface ExportFlags {
  readonly format: string;
  readonly out: string;
  readonly checkpoint?: string;
  readonly device?: string;
  readonly json?: boolean;
}

/** Adds `ablate export RUN --format F --out DIR`: a run's model for other programs. */
export function registerExport(program: Command): void {
  const formats = Object.keys(exportFormats);
  program
    .command('export')
    .description("Write a run's backbone for other programs, and check that it gives the same embeddings.")
    .argument('<run>', "a run's folder")
    .requiredOption('--format <name>', formats.join(', '))
    .requiredOption('--out <dir>', 'folder to write to; must be empty or not there')
    .option('--checkpoint <file>', 'a checkpoint of the run instead of its newest, or its best by train.use')
    .option('--device <name>', `${deviceNames.join(', ')} or auto, instead of the run's own`)
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (directory: string, { format, out, checkpoint, device, json }: ExportFlags) => {
      if (!Object.hasOwn(exportFormats, format))
        throw new AblateError('USAGE', `There is no format "${format}". ${didYouMean(format, formats)}`.trim(), {
          remedy: `Formats: ${formats.join(', ')}.`,
        });
      const run = await readRun(await oneRun(directory));
      await useDevice(deviceOf(device ?? run.spec.device), { threads: run.spec.threads });
      const report = await exportRun(run, {
        catalogue: await createCatalogue(),
        format,
        out,
        checkpoint,
        warn: (message) => tell(`Warning: ${message}`),
      });
      if (json) return printJson(report);
      const bytes = report.files.reduce((sum, file) => sum + file.bytes, 0);
      const check =
        'unchecked' in report.check
          ? `not checked: ${report.check.unchecked}`
          : `embeddings as the run's, ${differing(report.check.largestDifference)}`;
      process.stdout.write(`${out}: ${format}, ${bytes} bytes, step ${report.step} of ${report.run}; ${check}\n`);
    });
}

const differing = (share: number): string =>
  share === 0 ? 'to the bit' : `to ${share.toExponential(1)} of their largest number`;
