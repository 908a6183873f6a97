// Set up in every process that vitest runs tests in: ends it, and what it has started, once the run is gone. vitest
// itself leaves its processes to notice that, which one in the middle of a long computation does not.
import { Worker } from 'node:worker_threads';

const watch = `
const { readdirSync, readFileSync } = require('node:fs');
const { setTimeout: wait } = require('node:timers/promises');
/** Processes below one; none where the system does not list them. */
function below(pid) {
  try {
    const children = readdirSync('/proc/' + pid + '/task').flatMap((task) =>
      readFileSync('/proc/' + pid + '/task/' + task + '/children', 'utf8').split(' ').filter(Boolean).map(Number));
    return [...children, ...children.flatMap(below)];
  } catch {
    return [];
  }
}
(async () => {
  const run = process.ppid;
  while (process.ppid === run) await wait(500);
  for (const pid of below(process.pid)) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It is gone already.
    }
  }
  process.kill(process.pid, 'SIGKILL');
})();`;

// A thread of its own: this one may be busy.
new Worker(watch, { eval: true }).unref();
