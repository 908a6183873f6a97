import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { launchesOf } from './launch-file.ts';
import { launcherOf } from './launcher-of.ts';
import { queueOf } from './queue-of.ts';

/**
 * Cancels the launches of an experiment that are under way.
 *
 * @returns the engines' names of them and how many tasks were not over
 * @throws AblateError LAUNCH_REFUSED where an engine cannot be asked
 */
export async function cancelLaunches(parent: string, catalogue: Catalogue): Promise<{ job: string; tasks: number }[]> {
  const ended: { job: string; tasks: number }[] = [];
  for (const { job, directory, tasks, launcher, plan, ...launch } of await launchesOf(parent)) {
    const queue = await queueOf({ job, directory, tasks, launcher, plan, ...launch }, catalogue);
    if (queue.problem !== undefined)
      throw new AblateError('LAUNCH_REFUSED', queue.problem, { remedy: 'Call this where the engine can be reached.' });
    const open = queue.tasks.filter(({ state }) => state !== 'over').length;
    if (open === 0 || job === null) continue;
    await (await launcherOf(launcher, plan.file, catalogue)).cancel?.({ directory, job, tasks });
    ended.push({ job, tasks: open });
  }
  return ended;
}
