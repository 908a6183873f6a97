import { valueNode } from './node-value.ts';
import { defaultUses } from './spec-keys.ts';
import type { MapEntry, MapNode, SpecNode } from './spec-node.ts';

/**
 * Completes the tree with the plugins that it leaves out: sampler, optimizer, schedule, and MLflow where its address is
 * in the environment. They come before the matrix and `--set`, so that paths may lead to them.
 */
export function withDefaultUses(root: MapNode, env: NodeJS.ProcessEnv): MapNode {
  const entries = new Map<string, MapEntry>(root.entries);
  for (const [key, use] of Object.entries(defaultUses)) {
    if (leftOut(entries.get(key)?.value)) entries.set(key, { place: root.place, value: valueNode(use, root.place) });
  }
  if (!entries.has('tracking') && env.MLFLOW_TRACKING_URI) {
    const place = { file: 'MLFLOW_TRACKING_URI', line: 0, column: 0 };
    entries.set('tracking', { place, value: valueNode({ mlflow: {} }, place) });
  }
  return { ...root, entries };
}

function leftOut(node: SpecNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}
