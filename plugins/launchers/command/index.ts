import { definePlugin, z } from 'ablate-ml';
import { commandLauncher } from './command.ts';

const schema = z.strictObject({
  threads: z.int().min(1).default(1).describe('threads of the runs of a spec that names none'),
});

export default definePlugin({
  kind: 'launcher',
  name: 'command',
  summary: 'Prints the command of each run, for any engine that Ablate does not know.',
  framework: '^0.1.0',
  schema,
  processors: ({ threads }) => threads,
  create: commandLauncher,
});
