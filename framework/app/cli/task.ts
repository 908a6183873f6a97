import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { outcomeCode } from './outcome-code.ts';
import { Progress } from './progress.ts';

/** What an engine is told by a task that was warned, and is to begin again. */
const againCode = 75;

/** Registers `ablate task LAUNCH INDEX`: what a launcher calls; nobody need type it. */
export function registerTask(program: Command): void {
  program
    .command('task', { hidden: true })
    .description('Execute one run of a launch; what an engine calls.')
    .argument('<launch>', 'folder of the launch')
    .argument('<index>', 'number of the task')
    .action(async (launch: string, index: string) => {
      const number = Number(index);
      if (!Number.isInteger(number) || number < 0)
        throw new AblateError('USAGE', `"${index}" is no number of a task.`, { remedy: 'Tasks are numbered from 0.' });
      const progress = new Progress(1);
      const stop = new AbortController();
      let code: number | undefined;
      // An engine may send a signal twice, to the process and to its group; only its KILL ends a checkpoint that is
      // being written.
      const on = (signal: NodeJS.Signals, exit: number): void =>
        void process.on(signal, () => {
          if (code === undefined) progress.note(`${signal}: writing a checkpoint, then stopping.`);
          if (code !== againCode) code = exit;
          stop.abort();
        });
      on('SIGUSR1', againCode);
      on('SIGTERM', 143);
      on('SIGINT', 130);
      const { runTask } = await import('../../runs/launch/run-task.ts');
      const outcome = await runTask(resolve(launch), number, {
        catalogue: await createCatalogue(),
        signal: stop.signal,
        onEvent: (run, event) => progress.show(run, event),
        onNote: (line) => progress.note(line),
      });
      process.exitCode = outcome.status === 'interrupted' ? (code ?? 1) : outcomeCode([outcome]);
    });
}
