import { setTimeout as sleep } from 'node:timers/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { lockRunFolder } from './lock-run-folder.ts';

/** Milliseconds between two attempts. */
const pause = 100;

/**
 * Executes something that only one process at a time may do in a folder, such as an experiment's; waits for the others.
 *
 * @param patience milliseconds to wait at most
 * @throws AblateError RUN_FOLDER where the folder stays in use, or cannot be written; whatever the work throws
 */
export async function whileHolding<T>(directory: string, work: () => Promise<T>, patience = 180_000): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const lock = await lockRunFolder(directory).catch((cause: unknown) => {
      if (!(cause instanceof AblateError) || cause.cause !== undefined || performance.now() > deadline) throw cause;
      return undefined;
    });
    if (!lock) {
      await sleep(pause);
      continue;
    }
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }
}
