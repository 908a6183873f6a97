import { definePlugin } from 'ablate-ml';
import { options } from './options.ts';
import { slurmLauncher } from './slurm.ts';

export default definePlugin({
  kind: 'launcher',
  name: 'slurm',
  summary:
    'A sweep as one array job of a Slurm cluster, a run a task, which goes on after time limits, preemptions and crashes.',
  framework: '^0.1.0',
  schema: options,
  processors: ({ cpus }) => cpus ?? 1,
  create: slurmLauncher,
});
