import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** State and start time (in ticks since boot) of a process, where the system tells (Linux). */
function statOf(pid: number): { state: string; started: string } | undefined {
  try {
    // The name in brackets may itself hold spaces and brackets: what follows the last one is fields 3 and on.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0]!, started: fields[19]! };
  } catch {
    return undefined;
  }
}

let known: string | undefined;

/**
 * Identifies the set of process ids that this process's own belongs to: the system's, since it was started, or a
 * container's. Two processes that name the same can ask for each other by id; others cannot, whatever their machines
 * are called. Where Linux does not say, it is a name that no other process has; empty on systems that have one set of
 * ids alone.
 */
export function processSpace(): string {
  if (process.platform !== 'linux') return '';
  try {
    known ??= `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    known = randomUUID();
  }
  return known;
}

/** Reads what tells this process from a later one with the same id; empty where the system does not say. */
export function startOfProcess(pid: number): string {
  return statOf(pid)?.started ?? '';
}

/**
 * Tells whether the process runs on this machine.
 *
 * @param started what `startOfProcess` said when it was alive; another value means that its id was given anew
 */
export function isProcessAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = statOf(pid);
  return stat === undefined || (stat.state !== 'Z' && (started === '' || stat.started === started));
}
