import { definePlugin, z } from 'ablate-ml';
import { localLauncher } from './local.ts';

const schema = z.strictObject({
  parallel: z.int().min(1).default(1).describe('runs at a time'),
  gpus: z.int().min(0).default(0).describe('GPUs of the machine, which the runs take in turn; 0 leaves it to the runs'),
  threads: z.int().min(1).default(1).describe('threads of the runs of a spec that names none'),
  retries: z.int().min(0).default(3).describe('times that a run goes on whose process was killed or crashed'),
});

export default definePlugin({
  kind: 'launcher',
  name: 'local',
  summary: 'A sweep on this machine in the background, which goes on when the terminal is gone.',
  framework: '^0.1.0',
  schema,
  processors: ({ threads }) => threads,
  create: localLauncher,
});
