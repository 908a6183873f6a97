import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LaunchRequest } from 'ablate-ml';
import { batchScript } from './batch-script.ts';
import plugin from './index.ts';
import { options as schema, type SlurmOptions } from './options.ts';
import { slurmLauncher } from './slurm.ts';

const folder = mkdtempSync(join(tmpdir(), 'ablate slurm-'));
afterAll(() => rmSync(folder, { recursive: true }));
const optionsOf = (options: object): SlurmOptions => schema.parse(options);
const requestOf = (...command: string[]): LaunchRequest => ({
  experiment: 'my sweep',
  directory: folder,
  logs: join(folder, '50%'),
  threads: 3,
  workingDirectory: folder,
  command,
  tasks: [0, 1, 2, 3].map((index) => ({ index, id: `r${index}`, label: '' })),
});
const directives = (options: object): string[] =>
  batchScript(optionsOf(options), requestOf('true'))
    .split('\n')
    .flatMap((line) => (line.startsWith('#SBATCH ') ? [line.slice(8)] : []));

describe('the script', () => {
  test('is none where a name would begin a line of its own in it', () => {
    for (const character of ['\n', '\r', '\u0000'])
      expect(() =>
        batchScript(optionsOf({}), { ...requestOf('true'), workingDirectory: `/a${character}touch /tmp/x;#` }),
      ).toThrow('has a control character');
  });

  test('asks for one array job with what the options say', () => {
    expect(
      directives({
        partition: 'gpu',
        account: 'a',
        qos: 'q',
        time: '1-12:00:00',
        gpus: 'a100:2',
        cpus: 8,
        memory: '32G',
        array: { parallel: 2 },
        extra: ['--nice=5'],
      }),
    ).toEqual([
      '--job-name=ablate:my-sweep',
      '--array=0-3%2',
      `--chdir="${folder}"`,
      `--output="${folder.replaceAll('%', '%%')}/50%%/%a.txt"`,
      '--open-mode=append',
      '--requeue',
      '--nodes=1',
      '--ntasks=1',
      '--cpus-per-task=8',
      '--signal=B:USR1@120',
      '--gres=gpu:a100:2',
      '--partition=gpu',
      '--account=a',
      '--qos=q',
      '--time=1-12:00:00',
      '--mem=32G',
      '--nice=5',
    ]);
    expect(directives({})).toEqual(expect.arrayContaining(['--array=0-3', '--cpus-per-task=3']));
    expect(directives({}).join()).not.toContain('--signal');
  });

  /** Runs the script as Slurm would, with a `scontrol` that writes down what it is asked. */
  const run = (
    options: object,
    command: readonly string[],
    index: number,
  ): { status: number | null; asked: string; out: string } => {
    const asked = join(folder, `asked-${index}`);
    writeFileSync(asked, '');
    writeFileSync(join(folder, 'scontrol'), `#!/bin/bash\necho "$@" >> '${asked}'\n`);
    chmodSync(join(folder, 'scontrol'), 0o755);
    const { status, stdout } = spawnSync('bash', ['-c', batchScript(optionsOf(options), requestOf(...command))], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: String(index) },
    });
    return { status, asked: readFileSync(asked, 'utf8'), out: stdout };
  };
  const ending = (how: string): string[] => ['bash', '-c', how, "a word with it's blanks"];

  test('has setup lines, the command and its index, and keeps exit codes', () => {
    expect(run({ setup: ['export FROM=setup'] }, ending('echo "$0 $1 $FROM"; exit 2'), 3)).toEqual({
      status: 2,
      asked: '',
      out: "a word with it's blanks 3 setup\n",
    });
  });

  test('has a warned task begin again, and a killed one so often as it may', () => {
    expect(run({}, ending('exit 75'), 0).asked).toBe('requeue 7_0\n');
    expect([1, 2, 3].map(() => run({ retries: 2 }, ending('kill -9 $$'), 1).asked)).toEqual([
      'requeue 7_1\n',
      'requeue 7_1\n',
      '',
    ]);
  });

  test('hands signals on and waits for what the task makes of them', () => {
    const task = 'trap "echo warned; sleep 0.2; exit 75" USR1; kill -USR1 $PPID; while :; do sleep 0.05; done';
    expect(run({}, ending(task), 2)).toMatchObject({ asked: 'requeue 7_2\n', out: 'warned\n' });
  });

  test('begins nothing that was cancelled', () => {
    writeFileSync(join(folder, 'cancelled'), '');
    expect(run({}, ending('echo ran; exit 75'), 0)).toEqual({ status: 0, asked: '', out: '' });
    rmSync(join(folder, 'cancelled'));
  });
});

describe('the launcher', () => {
  test('knows the job of a process by its environment', () => {
    const { job } = slurmLauncher(optionsOf({}));
    expect(
      job!({ SLURM_JOB_ID: '9', SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '2', SLURM_RESTART_COUNT: '3' }),
    ).toEqual({ id: '7_2', restart: 3 });
    expect(job!({ SLURM_JOB_ID: '9' })).toEqual({ id: '9', restart: 0 });
    expect(job!({})).toBeUndefined();
  });

  test('gives runs without threads those of a task', () => {
    expect([plugin.processors!(optionsOf({ cpus: 6 })), plugin.processors!(optionsOf({}))]).toEqual([6, 1]);
  });

  test.each(['--me', '-u me', '7 --me', '', '7_1', '1,2'])(
    'asks nothing of Slurm about the job %j of a folder from elsewhere',
    async (job) => {
      const { cancel, tasks } = slurmLauncher(optionsOf({}));
      for (const call of [cancel!, tasks!])
        await expect(call({ directory: folder, job, tasks: [] })).rejects.toMatchObject({
          code: 'LAUNCH_REFUSED',
          message: expect.stringContaining("is no job of Slurm's") as string,
        });
      expect(existsSync(join(folder, 'cancelled'))).toBe(false);
    },
  );

  test('cannot say whether a job is over whose number is none', async () => {
    expect(await slurmLauncher(optionsOf({})).isOver!({ launcher: 'slurm', id: '--me', restart: 0 })).toBeUndefined();
  });

  test.each(['a100', 'a100|h100', '[a100|h100]', 'intel&gpu', '[rack1*2&rack2*4]', 'gpu&!(a100|v100)'])(
    'takes the constraint %s',
    (constraint) => {
      expect(directives({ constraint })).toContain(`--constraint=${constraint}`);
    },
  );

  test.each([
    { constraint: 'a b' },
    { constraint: 'a;b' },
    { constraint: '$(id)' },
    { extra: ['--x\r#id'] },
    { extra: ['--x\n#id'] },
    { time: '4h' },
    { memory: '1 G' },
    { partition: 'a\n#SBATCH --x' },
    { extra: ['rm'] },
    { gpus: 'two' },
  ])('refuses %j', (options) => {
    expect(schema.safeParse(options).success).toBe(false);
  });
});
