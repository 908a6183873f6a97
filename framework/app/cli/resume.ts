import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunEvent } from '../../contracts/run-event.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { resumeRun } from '../../runs/execute/resume-run.ts';
import { collect } from './collect.ts';
import { onInterrupt } from './on-interrupt.ts';
import { outcomeCode } from './outcome-code.ts';
import { printJson } from './print-json.ts';
import { Progress } from './progress.ts';

interface ResumeFlags {
  readonly set: string[];
  readonly allowChanges?: boolean;
  readonly json?: boolean;
}

/** Registers `ablate resume DIR` */
export function registerResume(program: Command): void {
  program
    .command('resume')
    .description('Go on with a run in its own folder, by its own spec, from its newest checkpoint.')
    .argument('<dir>', 'folder of the run')
    .option('--set <path=value>', 'override a value of the spec; may be repeated', collect, [])
    .option('--allow-changes', 'go on although --set changes what the run began with')
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (dir: string, flags: ResumeFlags) => {
      const progress = new Progress(1);
      const interrupt = onInterrupt((signal) =>
        progress.note(
          `${signal}: writing a checkpoint, then stopping. Once more stops at once and loses the steps since the last checkpoint.`,
        ),
      );
      try {
        const { point: _, ...outcome } = await resumeRun(resolve(dir), {
          catalogue: await createCatalogue(),
          set: flags.set,
          allowChanges: flags.allowChanges ?? false,
          signal: interrupt.signal,
          onEvent: (run, event: RunEvent) => progress.show(run, event),
          onNote: (line) => progress.note(line),
        });
        if (flags.json) printJson({ runs: [outcome] });
        else
          process.stdout.write(
            `${Object.entries(outcome.metrics)
              .map(([name, value]) => `${name}: ${value.toPrecision(4)}`)
              .join('\n')}\n`,
          );
        process.exitCode = interrupt.exitCode ?? outcomeCode([outcome]);
      } finally {
        interrupt.release();
      }
    });
}
