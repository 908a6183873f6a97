import type { QueuedTask } from '../../contracts/launcher.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import type { FoundLaunch } from './launch-file.ts';
import { launcherOf } from './launcher-of.ts';

/** What an engine says of a launch. */
export interface Queue {
  /** Empty where the engine has no queue or cannot be asked. */
  readonly tasks: readonly QueuedTask[];
  /** Why it cannot be asked. */
  readonly problem?: string;
}

/** Asks the engine of a launch where its tasks stand. */
export async function queueOf(
  { launcher, job, directory, tasks, plan }: FoundLaunch,
  catalogue: Catalogue,
): Promise<Queue> {
  if (job === null) return { tasks: [] };
  try {
    const engine = await launcherOf(launcher, plan.file, catalogue);
    return { tasks: (await engine.tasks?.({ directory, job, tasks })) ?? [] };
  } catch (cause) {
    if (!(cause instanceof AblateError)) throw cause;
    return { tasks: [], problem: cause.problem };
  }
}
