import { definePlugin } from 'ablate-ml';
import { options, proxyAnchor } from './proxy-anchor.ts';

/** Proxy-Anchor loss. */
export default definePlugin({
  kind: 'loss',
  name: 'proxy-anchor',
  summary:
    "Proxy-Anchor: each class's proxy is the anchor, the batch its positives and negatives (Kim et al., CVPR 2020)",
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => proxyAnchor(options, context),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
