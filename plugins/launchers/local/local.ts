import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AblateError, type Launcher, type Launch, type QueuedTask } from 'ablate-ml';
import { startOfProcess } from 'ablate-ml/runs';
import { endedFile, poolScript, startedFile, type LocalOptions } from './pool-script.ts';

/** The process group that a launch runs in. */
interface Group {
  readonly pid: number;
  /** When its first process began, which tells it from a later one that was given the same number. */
  readonly started: string;
}

const nameOf = ({ pid, started }: Group): string => `${pid}@${hostname()}${started && `#${started}`}`;

/**
 * Reads `pid@host#started`.
 *
 * @throws AblateError LAUNCH_REFUSED for another machine's, or a number that stands for more than one group
 */
function groupOf({ job, directory }: Launch): Group {
  const [, pid, host, started = ''] = /^(\d+)@([^#]+)(?:#(\d+))?$/.exec(job) ?? [];
  if (!(Number(pid) > 1)) {
    const remedy = `${join(directory, 'launch.json')} is damaged, or not of this Ablate.`;
    throw new AblateError('LAUNCH_REFUSED', `${JSON.stringify(job)} is no process group of a launch.`, { remedy });
  }
  if (host !== hostname())
    throw new AblateError('LAUNCH_REFUSED', `The launch runs on ${host}.`, { remedy: 'Call this there.' });
  return { pid: Number(pid), started };
}

/**
 * Whether the group is still that of the launch. Where the system tells when a process began, a group without its first
 * process counts as gone.
 */
function isAlive({ pid, started }: Group): boolean {
  try {
    process.kill(-pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOfProcess(process.pid) === '' || (started !== '' && startOfProcess(pid) === started);
}

function taskOf({ directory }: Launch, index: number, alive: boolean): QueuedTask {
  const ended = endedFile(directory, index);
  if (existsSync(ended))
    return { index, state: 'over', words: `ended with exit code ${readFileSync(ended, 'utf8').trim()}` };
  if (!alive) return { index, state: 'over', words: 'its launch is gone' };
  return existsSync(startedFile(directory, index))
    ? { index, state: 'running', words: 'running', host: hostname() }
    : { index, state: 'queued', words: 'waiting for its turn' };
}

/** Executes a sweep on this machine, in the background: it goes on when the terminal is gone. */
export function localLauncher(options: LocalOptions): Launcher {
  return {
    async launch(request) {
      const script = join(request.directory, 'pool.sh');
      await writeFile(script, poolScript(options, request), { mode: 0o755 });
      const log = openSync(join(request.logs, 'pool.txt'), 'a');
      const child = spawn('bash', [script], { detached: true, stdio: ['ignore', log, log] });
      await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
      child.unref();
      return {
        job: nameOf({ pid: child.pid!, started: startOfProcess(child.pid!) }),
        lines: [`It runs in the background as process group ${child.pid}; its output goes to ${request.logs}`],
      };
    },
    async tasks(launch) {
      const alive = isAlive(groupOf(launch));
      return launch.tasks.map(({ index }) => taskOf(launch, index, alive));
    },
    async cancel(launch) {
      const group = groupOf(launch);
      // Appended to: a link in a folder from elsewhere must not empty the file that it leads to.
      await writeFile(join(launch.directory, 'cancelled'), '', { flag: 'a' });
      if (isAlive(group)) process.kill(-group.pid, 'SIGTERM');
    },
  };
}
