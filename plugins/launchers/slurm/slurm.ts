import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launcher } from 'ablate-ml';
import { batchScript, cancelledFile } from './batch-script.ts';
import type { SlurmOptions } from './options.ts';
import { isOver, queuedTasks, requireJobId } from './queue.ts';
import { slurmOutput } from './slurm-command.ts';

/** Hands a sweep to Slurm as one array job; Slurm does all the scheduling. */
export function slurmLauncher(options: SlurmOptions): Launcher {
  return {
    async launch(request) {
      const script = join(request.directory, 'job.sh');
      await writeFile(script, batchScript(options, request), { mode: 0o755 });
      const job = (await slurmOutput('sbatch', '--parsable', script)).trim().split(';')[0]!;
      return {
        job,
        lines: [
          `Slurm has it as job ${job}, ${request.tasks.length} ${request.tasks.length === 1 ? 'task' : 'tasks'}; their output goes to ${request.logs}`,
        ],
      };
    },
    tasks: queuedTasks,
    async cancel({ job, directory }) {
      requireJobId(job);
      // First the mark: a task that is on its way to begin again finds it.
      // It is appended to: a link in a folder from elsewhere must not empty the file that it leads to.
      await writeFile(cancelledFile(directory), '', { flag: 'a' });
      await slurmOutput('scancel', job);
    },
    job(env) {
      if (!env.SLURM_JOB_ID) return undefined;
      const id =
        env.SLURM_ARRAY_JOB_ID && env.SLURM_ARRAY_TASK_ID
          ? `${env.SLURM_ARRAY_JOB_ID}_${env.SLURM_ARRAY_TASK_ID}`
          : env.SLURM_JOB_ID;
      return { id, restart: Number(env.SLURM_RESTART_COUNT ?? 0) };
    },
    isOver: ({ id }) => isOver(id),
  };
}
