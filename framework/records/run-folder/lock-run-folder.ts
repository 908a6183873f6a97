import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, unlinkSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineJob } from '../../contracts/launcher.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { isProcessAlive, processSpace, startOfProcess } from '../../base/system/is-process-alive.ts';

/** What the `lock` file says. */
interface Owner {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  readonly started: string;
  /** `processSpace` of the process: elsewhere its id says nothing. */
  readonly space?: string;
  readonly host: string;
  /** What it runs in, where an engine such as Slurm runs it. */
  readonly job?: EngineJob;
}

/** What a lock says of this process, and who knows of others. */
export interface LockOptions {
  readonly job?: EngineJob;
  /** Whether an engine has ended a job; undefined where it cannot say. */
  readonly isOver?: (job: EngineJob) => Promise<boolean | undefined>;
}

/** A hold on a run folder. */
export interface RunLock {
  /**
   * Sees that the hold has not been taken over.
   *
   * @throws AblateError RUN_FOLDER where another process has the folder now
   */
  confirm(): void;
  /** Lets go; safe to call twice. */
  release(): Promise<void>;
}

const beatMilliseconds = 15_000;
const silentMilliseconds = 120_000;
/**
 * Two renewals and some: a process that an engine says it has ended, and that renews nothing for so long, is no more.
 */
const endedMilliseconds = 35_000;
/** A lock that is to be, or was: see `lockRunFolder` and `evict`. */
const leftover = /^lock\.[0-9a-f]{8}$/;

/** Age of a file by its own file system's clock, which machines that share it need not agree on. */
async function age(file: string, reference: string): Promise<number> {
  return (await stat(reference)).mtimeMs - (await stat(file)).mtimeMs;
}

function ownerIn(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/**
 * Puts the lock in place; false where there is one. A link appears whole, and only where nothing was: no two can
 * succeed. On NFS a link whose answer was lost is asked for again, and then is there already: what counts is whose it
 * is.
 */
async function take(mine: string, lock: string, id: string): Promise<boolean> {
  try {
    await link(mine, lock).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') throw cause;
      // A file system without links.
      await writeFile(lock, await readFile(mine), { flag: 'wx' });
    });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return ownerIn(lock)?.id === id;
    throw cause;
  }
}

/** Takes a dead owner's lock away; puts it back where it turned out to be another's that was quicker. */
async function evict(lock: string, dead: Owner | undefined): Promise<void> {
  const aside = `${lock}.${randomUUID().slice(0, 8)}`;
  await rename(lock, aside).catch(() => undefined);
  const evicted = ownerIn(aside);
  if (evicted?.id !== dead?.id) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Removes what processes left that were killed while they took the lock. A process that is at it now has touched its
 * file a moment ago.
 */
async function removeLeftovers(lock: string): Promise<void> {
  const names = (await readdir(dirname(lock))).filter((name) => leftover.test(name));
  for (const file of names.map((name) => join(dirname(lock), name))) {
    if ((await age(file, lock).catch(() => 0)) > silentMilliseconds) await rm(file, { force: true });
  }
}

/**
 * Whether an owner is a process of this machine and of the same set of process ids, so that the system can be asked for
 * it.
 */
function isAtHand(owner: Owner, own: Owner): boolean {
  return owner.host === own.host && (owner.space ?? own.space) === own.space;
}

/**
 * Takes a run folder for this process. The lock of a process that has ended on this machine is taken over, and one of
 * another machine, container or start of the machine that has not been renewed for two minutes, or for 35 seconds where
 * the engine that ran its process says that it has ended it, which is waited for. An engine's word alone is not enough:
 * it may have lost sight of a machine whose processes go on.
 *
 * @throws AblateError RUN_FOLDER where another process holds it, or the folder cannot be written
 */
export async function lockRunFolder(directory: string, { job, isOver }: LockOptions = {}): Promise<RunLock> {
  const lock = join(directory, 'lock');
  const own: Owner = {
    version: 1,
    id: randomUUID(),
    pid: process.pid,
    started: startOfProcess(process.pid),
    space: processSpace(),
    host: hostname(),
    ...(job && { job }),
  };
  const mine = `${lock}.${own.id.slice(0, 8)}`;
  await writeFile(mine, `${JSON.stringify(own)}\n`).catch((cause: Error) => {
    throw new AblateError('RUN_FOLDER', `The run folder ${directory} cannot be written: ${cause.message}.`, {
      cause,
      remedy: 'Make it writable, or choose another with --out.',
    });
  });
  try {
    for (let attempt = 0; ; attempt++) {
      if (await take(mine, lock, own.id)) {
        await removeLeftovers(lock).catch(() => undefined);
        return hold(lock, own);
      }
      const owner = ownerIn(lock);
      const silent = await age(lock, mine).catch(() => 0);
      const dead =
        owner && isAtHand(owner, own)
          ? !isProcessAlive(owner.pid, owner.started)
          : silent > silentMilliseconds || (await waitForEnded(lock, mine, owner, { job, isOver }));
      if (!dead || attempt > 10) throw inUse(directory, owner, own);
      await evict(lock, owner);
    }
  } finally {
    await unlink(mine).catch(() => undefined);
  }
}

/** Whether an engine has ended an owner on another machine, who then renews nothing for 35 seconds. */
async function waitForEnded(
  lock: string,
  mine: string,
  owner: Owner | undefined,
  { job, isOver }: LockOptions,
): Promise<boolean> {
  if (!owner?.job) return false;
  // An engine begins a task again only when it has ended it where it was.
  const isEarlier = owner.job.launcher === job?.launcher && owner.job.id === job.id && owner.job.restart < job.restart;
  if (!isEarlier && (await isOver?.(owner.job)) !== true) return false;
  const { mtimeMs: renewed } = await stat(lock);
  for (;;) {
    // The file system's clock goes on where somebody writes: the own file's age is what has passed since.
    await touch(mine);
    const now = await stat(lock).catch(() => undefined);
    if (now === undefined || ownerIn(lock)?.id !== owner.id) return true;
    if (now.mtimeMs !== renewed) return false;
    if ((await age(lock, mine)) > endedMilliseconds) return true;
    await sleep(1000);
  }
}

/** Sets a file's time to the file system's now, which `utimes` would take from this machine. */
async function touch(file: string): Promise<void> {
  await writeFile(file, await readFile(file), { flag: 'r+' });
}

function hold(lock: string, own: Owner): RunLock {
  let confirmed = performance.now();
  let seen = identityOf(lock);
  // Writing, rather than setting the time, leaves the time to the file system's clock.
  const renewal = async (): Promise<void> => {
    if (ownerIn(lock)?.id !== own.id) return;
    await writeFile(lock, `${JSON.stringify(own)}\n`, { flag: 'r+' });
    confirmed = performance.now();
  };
  const renew = setInterval(() => void renewal().catch(() => undefined), beatMilliseconds).unref();
  const leave = (): void => {
    if (ownerIn(lock)?.id !== own.id) return;
    try {
      unlinkSync(lock);
    } catch {
      // Somebody removed it by hand: it is gone, which is what was wanted.
    }
  };
  process.once('exit', leave);
  let held = true;
  return {
    confirm() {
      // Another's lock is another file, which is seen at once; one that took the place of a removed one may have its
      // number.
      const now = identityOf(lock);
      if (now === seen && performance.now() - confirmed < 2 * beatMilliseconds) return;
      const owner = ownerIn(lock);
      if (owner && owner.id !== own.id) throw inUse(dirname(lock), owner, own);
      [seen, confirmed] = [now, performance.now()];
    },
    async release() {
      if (!held) return;
      held = false;
      clearInterval(renew);
      process.removeListener('exit', leave);
      leave();
    },
  };
}

/** What tells a file from another under the same name; undefined where there is none. */
function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

function inUse(directory: string, owner: Owner | undefined, own: Owner): AblateError {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'a process that is just starting';
  const silent =
    owner && isAtHand(owner, own)
      ? ''
      : ' From here nobody can see whether it lives: once it has renewed nothing for two minutes, the folder is free.';
  return new AblateError('RUN_FOLDER', `The run folder ${directory} is in use by ${who}.`, {
    remedy: `Wait for it to end, or stop it and try again.${silent}`,
  });
}
