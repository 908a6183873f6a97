import { pathText } from './spec-path.ts';
import type { SpecNode } from './spec-node.ts';

/**
 * Collects what was written for each value below a node that holds a secret of the environment, by its path in the
 * resolved spec, so that nothing that shows the spec shows the value.
 */
export function collectSecrets(
  node: SpecNode,
  path: readonly (string | number)[],
  secrets: Record<string, string>,
): void {
  if (node.kind === 'list') node.items.forEach((item, index) => collectSecrets(item, [...path, index], secrets));
  else if (node.kind === 'map')
    node.entries.forEach(({ value }, key) => collectSecrets(value, [...path, key], secrets));
  else if (node.secret !== undefined) secrets[pathText(path)] = node.secret;
}
