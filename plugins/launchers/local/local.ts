import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AblateError, type Launcher, type Launch, type QueuedTask } from 'ablate-ml';
import { endedFile, poolScript, startedFile, type LocalOptions } from './pool-script.ts';

/** `pid@host`, the process group that a launch runs in. */
function groupOf({ job }: Launch): { pid: number; isHere: boolean } {
  const [pid, host] = job.split('@');
  return { pid: Number(pid), isHere: host === hostname() };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const elsewhere = ({ job }: Launch): AblateError => new AblateError('LAUNCH_REFUSED', `The launch runs on ${job.split('@')[1]}.`, { remedy: 'Call this there.' });

function taskOf({ directory }: Launch, index: number, alive: boolean): QueuedTask {
  const ended = endedFile(directory, index);
  if (existsSync(ended)) return { index, state: 'over', words: `ended with exit code ${readFileSync(ended, 'utf8').trim()}` };
  if (!alive) return { index, state: 'over', words: 'its launch is gone' };
  return existsSync(startedFile(directory, index)) ? { index, state: 'running', words: 'running', host: hostname() } : { index, state: 'queued', words: 'waiting for its turn' };
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
      return { job: `${child.pid}@${hostname()}`, lines: [`It runs in the background as process group ${child.pid}; its output goes to ${request.logs}`] };
    },
    async tasks(launch) {
      const { pid, isHere } = groupOf(launch);
      if (!isHere) throw elsewhere(launch);
      const alive = isAlive(pid);
      return launch.tasks.map(({ index }) => taskOf(launch, index, alive));
    },
    async cancel(launch) {
      const { pid, isHere } = groupOf(launch);
      if (!isHere) throw elsewhere(launch);
      await writeFile(join(launch.directory, 'cancelled'), '');
      if (isAlive(pid)) process.kill(-pid, 'SIGTERM');
    },
  };
}
