import { definePlugin } from 'ablate-ml';
import { commandLauncher, options } from './command.ts';

export default definePlugin({
  kind: 'launcher',
  name: 'command',
  summary: 'Prints the command of each run, for any engine that Ablate does not know.',
  framework: '^0.1.0',
  schema: options,
  processors: ({ threads }) => threads,
  create: commandLauncher,
});
