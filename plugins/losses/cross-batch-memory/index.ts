import { definePlugin } from 'ablate-ml';
import { crossBatchMemory, options } from './cross-batch-memory.ts';

/** Cross-batch memory around a pair loss. */
export default definePlugin({
  kind: 'loss',
  name: 'cross-batch-memory',
  summary:
    'Cross-batch memory: gives a pair loss the embeddings of past batches to compare with (Wang et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => crossBatchMemory(options, context),
  needs: () => ({ positives: true }),
  inner: ({ loss }) => [loss],
});
