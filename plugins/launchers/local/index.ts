import { definePlugin } from 'ablate-ml';
import { localLauncher } from './local.ts';
import { options } from './pool-script.ts';

export default definePlugin({
  kind: 'launcher',
  name: 'local',
  summary: 'A sweep on this machine in the background, which goes on when the terminal is gone.',
  framework: '^0.1.0',
  schema: options,
  processors: ({ threads }) => threads,
  create: localLauncher,
});
