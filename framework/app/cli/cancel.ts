import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { cancelLaunches } from '../../runs/launch/cancel-launches.ts';
import { experimentsIn } from '../../runs/launch/sweep-status.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';

/** Registers `ablate cancel DIR…` */
export function registerCancel(program: Command): void {
  program
    .command('cancel')
    .description(
      'End the launches of sweeps; runs under way write a checkpoint first, and a new launch goes on with them.',
    )
    .argument('<dir...>', 'folders of experiments')
    .action(async (directories: string[]) => {
      const catalogue = await createCatalogue();
      const experiments = (await Promise.all(directories.map((directory) => experimentsIn(resolve(directory))))).flat();
      let ended = 0;
      for (const experiment of new Set(experiments)) {
        const jobs = await cancelLaunches(experiment, catalogue);
        for (const { job, tasks } of jobs)
          process.stdout.write(
            `${experiment}: job ${job} is told to end, ${tasks} ${tasks === 1 ? 'run' : 'runs'} of it\n`,
          );
        ended += jobs.length;
      }
      if (ended === 0)
        throw new AblateError('USAGE', 'There is no launch under way.', {
          remedy: 'ablate status shows what there is.',
        });
    });
}
