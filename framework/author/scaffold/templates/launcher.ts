import type { Template } from './template.ts';

/** A launcher: one run after another in the background of this machine. */
export const launcherTemplate: Template = {
  summary: 'Executes the runs of a sweep in the background of this machine, one after another.',
  options: [
    {
      name: 'nice',
      zod: 'z.int().min(0).max(19)',
      type: 'number',
      default: '10',
      meaning: "how far the runs stand back behind the machine's other work, 19 the furthest",
    },
  ],
  maths: ({ camel, pascal }) => `import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError, z⟦, type Launcher⟧ } from 'ablate-ml';

const quoted = (word⟦: string⟧) => \`'\${word.replaceAll("'", "'\\\\''")}'\`;

/** Holds the exit code of a task that has ended. */
const endedFile = (directory⟦: string⟧, index⟦: number⟧) => join(directory, \`ended-\${index}\`);

/** Whether the process group of a launch is there. */
function isAlive(job⟦: string⟧)⟦: boolean⟧ {
  try {
    process.kill(-Number(job), 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * The engine is a shell's process group. Another engine takes the place of \`sh\` and of the signals; what the tasks do
 * stays.
 */
export function ${camel}({ nice }⟦: ${pascal}Options⟧)⟦: Launcher⟧ {
  return {
    async launch({ directory, logs, tasks, command, workingDirectory }) {
      const lines = tasks.map(({ index }) => \`nice -n \${nice} \${[...command, String(index)].map(quoted).join(' ')} > \${quoted(join(logs, \`\${index}.txt\`))} 2>&1; echo $? > \${quoted(endedFile(directory, index))}\`);
      const script = join(directory, 'tasks.sh');
      await writeFile(script, \`\${lines.join('\\n')}\\n\`);
      const child = spawn('sh', [script], { cwd: workingDirectory, detached: true, stdio: 'ignore' });
      await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', (cause) => reject(new AblateError('LAUNCH_REFUSED', \`No shell could be started: \${cause.message}.\`))));
      child.unref();
      return { job: String(child.pid), lines: [\`Process group \${child.pid} executes it; its output goes to \${logs}\`] };
    },
    async tasks({ directory, job, tasks }) {
      // Asked before the files: a task that ends in between is then seen as ended.
      const alive = isAlive(job);
      const next = tasks.find(({ index }) => !existsSync(endedFile(directory, index)));
      return tasks.map((task) => {
        const { index } = task;
        if (existsSync(endedFile(directory, index))) return { index, state: 'over', words: \`ended with exit code \${readFileSync(endedFile(directory, index), 'utf8').trim()}\` };
        if (!alive) return { index, state: 'over', words: 'its launch is gone' };
        return task === next ? { index, state: 'running', words: 'running' } : { index, state: 'queued', words: 'waiting for its turn' };
      });
    },
    async cancel({ job }) {
      if (isAlive(job)) process.kill(-Number(job), 'SIGTERM');
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { mkdtempSync: 'node:fs', tmpdir: 'node:os', join: 'node:path', setTimeout: 'node:timers/promises' },
  tests: ({ camel }) => `const launcher = ${camel}({ nice: 0 });
/** Three tasks, each a line of shell that knows its own index as $1. */
async function launched(shell⟦: string⟧) {
  const directory = mkdtempSync(join(tmpdir(), 'launch-'));
  const tasks = [0, 1, 2].map((index) => ({ index, id: \`run-\${index}\`, label: '' }));
  const { job } = await launcher.launch({ experiment: 'x', directory, logs: directory, workingDirectory: directory, threads: 1, tasks, command: ['sh', '-c', shell, 'task'] });
  return { directory, tasks, job: job⟦!⟧ };
}
async function wordsWhenOver(launch⟦: Awaited<ReturnType<typeof launched>>⟧) {
  for (;;) {
    const tasks = await launcher.tasks⟦!⟧(launch);
    if (tasks.every(({ state }) => state === 'over')) return tasks.map(({ words }) => words);
    await setTimeout(20);
  }
}

test('how each task ended is known', async () => {
  expect(await wordsWhenOver(await launched('exit "$1"'))).toEqual(['ended with exit code 0', 'ended with exit code 1', 'ended with exit code 2']);
});

test('cancelling ends the task under way and lets no other begin', async () => {
  const launch = await launched('sleep 60');
  expect((await launcher.tasks⟦!⟧(launch)).map(({ state }) => state)).toEqual(['running', 'queued', 'queued']);
  await launcher.cancel⟦!⟧(launch);
  expect((await wordsWhenOver(launch))[2]).toBe('its launch is gone');
});
`,
  equation: '    t₀, t₁, … of a launch: tᵢ₊₁ begins when tᵢ has ended.',
  limits:
    'A launch is known to the machine that made it, until that machine starts anew. A run whose process is killed is not begun again: launch the spec once more.',
  spec: 'launch: {USE: {nice: 15}}',
  replaces: [],
};
