import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { ablate, type Ended } from '#test/ablate';
import { holderOf, resultsOf, runsOf, until } from '#test/sweep';
import { missingSlurm, SlurmCluster } from './slurm-cluster.ts';

const spec = join(import.meta.dirname, '../launch/sweep.yaml');
const missing = missingSlurm();
const mlflow = findMlflow();
/** SIGUSR1 among a process's pending signals. */
const isWarned = (pid: number): boolean =>
  (Number.parseInt(/^ShdPnd:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!.slice(-8), 16) &
    (1 << 9)) !==
  0;

interface Status {
  readonly sweeps: {
    runs: { id: string; status: string; queue: { state: string; words: string } | null; step: number }[];
    problems: string[];
  }[];
}

describe.skipIf(missing !== undefined)(
  `a sweep on a real Slurm${missing === undefined ? '' : ` (${missing})`}`,
  { timeout: 600_000 },
  () => {
    const folders: string[] = [];
    const newFolder = (): string => {
      folders.push(mkdtempSync(join(tmpdir(), 'ablate-cluster-')));
      return folders.at(-1)!;
    };
    let cluster: SlurmCluster;
    let server: MlflowServer | undefined;
    let pool: string;
    beforeAll(async () => {
      const out = newFolder();
      const reference = ablate(['run', spec, '--out', out, '--workers', '2']);
      cluster = await SlurmCluster.start();
      if ('python' in mlflow) server = await MlflowServer.start(mlflow.python);
      const { code, stderr } = await reference;
      expect(code, stderr).toBe(0);
      pool = join(out, 'sweep');
    });
    afterAll(async () => {
      await cluster?.stop();
      await server?.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });

    const call = (args: string[]): Promise<Ended> =>
      ablate(args, { env: { ...cluster.environment, ...(server && { MLFLOW_TRACKING_URI: server.url }) } });
    const launch = async (out: string, ...args: string[]): Promise<{ job: string; experiment: string }> => {
      const { code, stdout, stderr } = await call(['launch', spec, '--out', out, '--json', ...args]);
      expect(code, stderr).toBe(0);
      return {
        job: (JSON.parse(stdout) as { launches: { job: string }[] }).launches[0]!.job,
        experiment: join(out, 'sweep'),
      };
    };
    const statusOf = async (experiment: string): Promise<Status['sweeps'][number]> =>
      (JSON.parse((await call(['status', experiment, '--json'])).stdout) as Status).sweeps[0]!;
    const over = (job: string): Promise<true> =>
      until(
        () => {
          cluster.hurry(job);
          return cluster.tasks(job).size === 0 ? true : undefined;
        },
        'end of the sweep',
        300_000,
      );
    const taskOf = (experiment: string, dir: string): number =>
      (
        JSON.parse(readFileSync(join(experiment, 'launches/1/launch.json'), 'utf8')) as {
          tasks: { index: number; id: string }[];
        }
      ).tasks.find(({ id }) => dir.endsWith(id))!.index;
    const restartsOf = (job: string, index: number): number =>
      Number(/Restarts=(\d+)/.exec(cluster.call('scontrol', 'show', 'job', `${job}_${index}`))![1]);

    it('ends in the bits of the local pool where tasks are requeued, killed and out of time, in one MLflow run each under one parent', async () => {
      const { job, experiment } = await launch(newFolder(), '--slurm', 'time=1', 'warning=10', 'array.parallel=3');
      const victims = await until(() => {
        const running = runsOf(experiment).flatMap((dir) => {
          const pid = holderOf(dir, 4000);
          return pid === undefined ? [] : [{ dir, pid, index: taskOf(experiment, dir) }];
        });
        return running.length === 3 ? running : undefined;
      }, 'three runs under way');
      const [slow, requeued, killed] = victims as [(typeof victims)[0], (typeof victims)[0], (typeof victims)[0]];
      // A process that stands still reaches any time limit.
      process.kill(slow.pid, 'SIGSTOP');
      process.kill(killed.pid, 'SIGKILL');
      cluster.call('scontrol', 'requeue', `${job}_${requeued.index}`);
      const middle = await statusOf(experiment);
      expect(middle.problems).toEqual([]);
      expect(middle.runs).toHaveLength(8);
      expect(middle.runs.find(({ id }) => slow.dir.endsWith(id))).toMatchObject({
        status: 'running',
        queue: { state: 'running', words: 'RUNNING' },
      });
      await until(() => {
        cluster.hurry(job);
        return isWarned(slow.pid) ? true : undefined;
      }, 'warning of the time limit');
      process.kill(slow.pid, 'SIGCONT');
      await over(job);
      // A machine that others slow down lets more tasks meet the limit, and one of them twice.
      for (const { index } of victims) expect(restartsOf(job, index)).toBeGreaterThanOrEqual(1);
      expect((await statusOf(experiment)).runs.map(({ status }) => status)).toEqual(
        Array.from({ length: 8 }, () => 'finished'),
      );
      expect(resultsOf(experiment, { interrupted: true })).toEqual(resultsOf(pool, { interrupted: true }));
      const again = await call(['launch', spec, '--out', join(experiment, '..'), '--slurm']);
      expect(again).toMatchObject({ code: 0, stdout: 'No run is left to launch.\n' });
      if (!server) return;
      const runs = await server.runs('sweep');
      const parents = await server.sweeps('sweep');
      expect(parents).toMatchObject([{ name: 'sweep', status: 'FINISHED' }]);
      expect(runs.map(({ status, parent }) => [status, parent])).toEqual(
        Array.from({ length: 8 }, () => ['FINISHED', parents[0]!.id]),
      );
      expect(new Set(runs.map(({ name }) => name)).size).toBe(8);
    });

    it('is ended by ablate cancel with a checkpoint each, begins nothing again, and goes on by a new launch', async () => {
      const out = newFolder();
      const two = ['--only', '*seed 1', '--slurm', 'time=10'];
      const { job, experiment } = await launch(out, ...two);
      const pids = await until(() => {
        const found = runsOf(experiment)
          .map((dir) => holderOf(dir, 4000))
          .filter((pid) => pid !== undefined);
        return found.length === 2 ? found : undefined;
      }, 'two runs under way');
      // They stand still until Slurm ends them: it wakes what it tells to end.
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      const busy = await call(['launch', spec, '--out', out, ...two]);
      expect(busy).toMatchObject({ code: 0, stdout: 'No run is left to launch.\n' });
      const cancelled = await call(['cancel', experiment]);
      expect(cancelled.code, cancelled.stderr).toBe(0);
      await over(job);
      const stopped = await statusOf(experiment);
      expect(stopped.runs.filter(({ status }) => status === 'interrupted')).toHaveLength(2);
      const { job: next } = await launch(out, ...two);
      await over(next);
      const ended = await statusOf(experiment);
      expect(ended.runs.filter(({ status }) => status === 'finished')).toHaveLength(2);
      const { runs } = resultsOf(pool, { interrupted: true }) as { runs: Record<string, unknown> };
      const own = resultsOf(experiment, { isComplete: false, interrupted: true }) as { runs: Record<string, unknown> };
      for (const [id, result] of Object.entries(own.runs)) expect(result).toEqual(runs[id]);
    });

    it('tells what Slurm refuses, with its reason', async () => {
      const refused = await call(['launch', spec, '--out', newFolder(), '--slurm', 'partition=nowhere']);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/sbatch refuses: .*[Ii]nvalid partition/);
      const wrong = await call(['launch', spec, '--out', newFolder(), '--slurm', 'partitoin=x']);
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toContain('Did you mean "partition"?');
    });
  },
);
