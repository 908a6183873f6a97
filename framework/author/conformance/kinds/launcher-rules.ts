import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launch, Launcher, LaunchReceipt, LaunchTask } from '../../../contracts/launcher.ts';
import { AblateError } from '../../../base/errors/ablate-error.ts';
import { broken, holds, notApplicable, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const TASKS: readonly LaunchTask[] = [0, 1, 2].map((index) => ({ index, id: `run-${index}`, label: `run ${index}` }));
const PATIENCE_MS = 60_000;

/** Appends its task's index to a file. A folder with a blank and a quote in its name shows whether words are kept. */
const marking = "require('fs').appendFileSync(process.argv[1], process.argv[2] + '\\n')";

interface Launched {
  readonly receipt: LaunchReceipt;
  readonly launch: Launch;
  readonly marks: string;
}

async function launched<T>(launcher: Launcher, look: (made: Launched) => Promise<T>): Promise<T | AblateError> {
  const directory = await mkdtemp(join(tmpdir(), "ablate launch's "));
  try {
    const [logs, marks] = [join(directory, 'logs'), join(directory, 'marks')];
    await mkdir(logs);
    const receipt = await launcher.launch({
      experiment: 'check',
      directory,
      logs,
      tasks: TASKS,
      workingDirectory: directory,
      threads: 1,
      command: [process.execPath, '-e', marking, marks],
    });
    return await look({ receipt, marks, launch: { directory, job: receipt.job ?? '', tasks: TASKS } });
  } catch (error) {
    if (error instanceof AblateError && error.code === 'LAUNCH_REFUSED') return error;
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function whenOver(launcher: Launcher, launch: Launch): Promise<boolean> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(100)) {
    if ((await launcher.tasks!(launch)).every(({ state }) => state === 'over')) return true;
  }
  return false;
}

/** What every launcher must satisfy. */
export const launcherRules: readonly Rule<Subject<'launcher'>>[] = [
  {
    name: 'a process outside of the engine runs in no job',
    why: "A lock that names a job is taken over by that job's fate.",
    async find(subject) {
      const job = (await subject.make({})).job?.({});
      return [job ? broken('an empty environment', `It names the job ${job.id}.`) : holds('an empty environment')];
    },
  },
  {
    name: 'what can be asked can be ended',
    why: 'Nobody may be left with a sweep that only the engine itself can end.',
    async find(subject) {
      const { tasks, cancel } = await subject.make({});
      return [tasks && !cancel ? broken('its methods', 'It has tasks() and no cancel().') : holds('its methods')];
    },
  },
  {
    name: 'every task is executed, once',
    why: 'A run that is left out is missing in the comparison, and one that is executed twice is paid twice.',
    async find(subject) {
      const launcher = await subject.make({});
      const input = `${TASKS.length} tasks`;
      const found = await launched(launcher, async ({ receipt, launch, marks }) => {
        if (receipt.job === null || !launcher.tasks) {
          const without = TASKS.find(
            ({ index }) => !receipt.lines.some((line) => new RegExp(`\\b${index}$`).test(line)),
          );
          return without
            ? broken(input, `It executes nothing, and no line of it is the command of task ${without.index}.`)
            : holds(input, 'the commands are told');
        }
        if (!(await whenOver(launcher, launch)))
          return broken(input, `They are not over after ${PATIENCE_MS / 1000} seconds.`);
        const done = existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n').sort().join(' ') : 'none';
        return done === '0 1 2' ? holds(input) : broken(input, `Executed were ${done}.`);
      });
      return [found instanceof AblateError ? notApplicable(input, `its engine is not here: ${found.problem}`) : found];
    },
  },
];
