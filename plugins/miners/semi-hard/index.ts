import { definePlugin } from 'ablate-ml';
import { minedBy, minerInvariances, minerParts } from 'ablate-ml/losses';
import { semiHard, options } from './semi-hard.ts';

/** A positive pair with its nearest negative beyond it. */
export default definePlugin({
  kind: 'miner',
  name: 'semi-hard',
  summary: 'A positive pair with its nearest negative beyond it',
  framework: '^0.1.0',
  schema: options,
  create: ({ distance }, context) => minedBy(semiHard(), distance, context),
  parts: minerParts,
  invariances: minerInvariances,
});
