import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const STALE_MS = 60_000;
const BEAT_MS = 5_000;
const ME = `process ${process.pid} on ${os.hostname()}`;

/**
 * Runs `work` while holding a lock folder that processes of several clones share. The lock of a process that was killed
 * is taken over: at once where it ran on this machine, after a minute where the cache is shared with others, since a
 * holder touches it.
 *
 * @template T
 * @param {string} folder the lock; its parent must exist
 * @param {() => Promise<T>} work
 * @param {(owner: string) => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, onWait) {
  const owner = path.join(folder, 'owner');
  let told = false;
  while (!acquire(folder, owner)) {
    if (isStale(folder, owner)) {
      breakLock(folder);
      continue;
    }
    if (!told) onWait?.(readOwner(owner));
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const beat = setInterval(() => touch(folder), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    // A machine that slept may have lost the lock to another process, whose it is now.
    if (readOwner(owner) === ME) fs.rmSync(folder, { recursive: true, force: true });
  }
}

function touch(folder) {
  try {
    fs.utimesSync(folder, new Date(), new Date());
  } catch {
    // Lost to another process, see above.
  }
}

function acquire(folder, owner) {
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  fs.writeFileSync(owner, ME);
  return true;
}

function isStale(folder, owner) {
  const [, pid, host] = /^process (\d+) on (.*)$/.exec(readOwner(owner)) ?? [];
  if (host === os.hostname() && !isAlive(Number(pid))) return true;
  try {
    return Date.now() - fs.statSync(folder).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renamed before it is removed: of two processes that find the lock stale only one can rename it. */
function breakLock(folder) {
  const aside = `${folder}.stale-${process.pid}`;
  try {
    fs.renameSync(folder, aside);
  } catch {
    return;
  }
  fs.rmSync(aside, { recursive: true, force: true });
}

function readOwner(owner) {
  try {
    return fs.readFileSync(owner, 'utf8');
  } catch {
    return 'another process';
  }
}
