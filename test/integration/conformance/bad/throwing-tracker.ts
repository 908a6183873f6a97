import { readFileSync } from 'node:fs';
import { definePlugin, z, type Tracker } from 'ablate-ml';

/** A tracker that throws where the journal is not there. */
export default definePlugin({
  kind: 'tracker',
  name: 'throwing-tracker',
  summary: 'an exception for a missing folder',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Tracker => {
    let journal = '';
    return {
      start: (run) => void (journal = run.journal),
      finish: async () => ({ complete: readFileSync(journal, 'utf8').length > 0 }),
    };
  },
});
