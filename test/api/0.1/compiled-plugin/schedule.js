// As TypeScript compiled it against ablate-ml 0.1.0. Never to be changed.
import { definePlugin, z } from 'ablate-ml';
export default definePlugin({
  kind: 'schedule',
  name: 'compiled-schedule',
  summary: 'A schedule of the first version of the contracts.',
  framework: '^0.1.0',
  schema: z.strictObject({ rate: z.number().positive().default(0.05).describe('rate') }),
  create: (options) => ({ rate: ({ step, steps }) => options.rate * (1 - step / steps) }),
});
