import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { launchesOf } from './launch-file.ts';
import { queueOf } from './queue-of.ts';

/**
 * Finds the ids of an experiment's runs that an engine executes or is going to.
 *
 * @throws AblateError LAUNCH_REFUSED where an engine cannot be asked: nobody could then say that nothing would run
 * twice
 */
export async function runsUnderWay(parent: string, catalogue: Catalogue): Promise<ReadonlySet<string>> {
  const busy = new Set<string>();
  for (const launch of await launchesOf(parent)) {
    const queue = await queueOf(launch, catalogue);
    if (queue.problem !== undefined)
      throw new AblateError(
        'LAUNCH_REFUSED',
        `Whether the launch ${launch.directory} is still under way cannot be told: ${queue.problem}`,
        { remedy: `Where it is over for sure, remove ${launch.directory}.` },
      );
    for (const { index, state } of queue.tasks) if (state !== 'over') busy.add(launch.tasks[index]!.id);
  }
  return busy;
}
