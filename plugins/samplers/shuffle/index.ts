import { definePlugin, z } from 'ablate-ml';
import { shuffle } from './shuffle.ts';

const schema = z.strictObject({
  lastBatch: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe("an epoch's last batch where it is not full: `keep` trains on it, `drop` leaves it out"),
});

export default definePlugin({
  kind: 'sampler',
  name: 'shuffle',
  summary: 'Every image once an epoch, in a seeded order.',
  framework: '^0.1.0',
  schema,
  create: (options, context) => shuffle(options, context),
});
