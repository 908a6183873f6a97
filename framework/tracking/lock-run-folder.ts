import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { link, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';
import { isProcessAlive, startOfProcess } from './is-process-alive.ts';

/** What the `lock` file says. */
interface Owner {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

/** A hold on a run folder. */
export interface RunLock {
  /** Lets go; safe to call twice. */
  release(): Promise<void>;
}

const beatMilliseconds = 15_000;
const silentMilliseconds = 120_000;

/** Age of a file by its own file system's clock, which machines that share it need not agree on. */
async function age(file: string, reference: string): Promise<number> {
  return (await stat(reference)).mtimeMs - (await stat(file)).mtimeMs;
}

async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Owner);
  } catch {
    return undefined;
  }
}

/** Puts the lock in place; false where there is one. A link appears whole, and only where nothing was: no two can succeed. */
async function take(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') throw cause;
      // A file system without links.
      await writeFile(lock, await readFile(mine), { flag: 'wx' });
    });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** Takes a dead owner's lock away; puts it back where it turned out to be another's that was quicker. */
async function evict(lock: string, dead: Owner | undefined): Promise<void> {
  const aside = `${lock}.${randomUUID().slice(0, 8)}`;
  await rename(lock, aside).catch(() => undefined);
  const evicted = await readOwner(aside);
  if (evicted?.id !== dead?.id) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Takes a run folder for this process. The lock of a process that has ended on this machine is taken over, and one of
 * another machine that has not been renewed for two minutes.
 *
 * @throws AblateError RUN_FOLDER where another process holds it, or the folder cannot be written
 */
export async function lockRunFolder(directory: string): Promise<RunLock> {
  const lock = join(directory, 'lock');
  const own: Owner = { version: 1, id: randomUUID(), pid: process.pid, started: startOfProcess(process.pid), host: hostname() };
  const mine = `${lock}.${own.id.slice(0, 8)}`;
  await writeFile(mine, `${JSON.stringify(own)}\n`).catch((cause: Error) => {
    throw new AblateError('RUN_FOLDER', `The run folder ${directory} cannot be written: ${cause.message}.`, { cause, remedy: 'Make it writable, or choose another with --out.' });
  });
  try {
    for (let attempt = 0; ; attempt++) {
      if (await take(mine, lock)) return hold(lock, own);
      const owner = await readOwner(lock);
      const silent = await age(lock, mine).catch(() => 0);
      const dead = owner === undefined ? silent > silentMilliseconds : owner.host === own.host ? !isProcessAlive(owner.pid, owner.started) : silent > silentMilliseconds;
      if (!dead || attempt > 10) throw inUse(directory, owner);
      await evict(lock, owner);
    }
  } finally {
    await unlink(mine).catch(() => undefined);
  }
}

function hold(lock: string, own: Owner): RunLock {
  // Writing, rather than setting the time, leaves the time to the file system's clock.
  const renewal = async (): Promise<void> => {
    if ((await readOwner(lock))?.id === own.id) await writeFile(lock, `${JSON.stringify(own)}\n`, { flag: 'r+' });
  };
  const renew = setInterval(() => void renewal().catch(() => undefined), beatMilliseconds).unref();
  const leave = (): void => {
    try {
      unlinkSync(lock);
    } catch {
      // Somebody removed it by hand: it is gone, which is what was wanted.
    }
  };
  process.once('exit', leave);
  let held = true;
  return {
    async release() {
      if (!held) return;
      held = false;
      clearInterval(renew);
      process.removeListener('exit', leave);
      if ((await readOwner(lock))?.id === own.id) leave();
    },
  };
}

function inUse(directory: string, owner: Owner | undefined): AblateError {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'a process that is just starting';
  return new AblateError('RUN_FOLDER', `The run folder ${directory} is in use by ${who}.`, { remedy: 'Wait for it to end, or stop it and try again.' });
}
