import { FaultList } from './fault-list.ts';
import { parseYaml } from './parse-yaml.ts';
import { ownKeys, specKeys } from './spec-keys.ts';
import type { SpecNode } from './spec-node.ts';

const keyOnALine = new RegExp(`^[\\s{-]*["']?(?:${ownKeys.join('|')})["']?\\s*:`, 'm');
const isBlank = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);

/**
 * Parses the text of a spec's file. A spec of a third party may lead to any file of this machine, by `extends` or a
 * link, to have it printed: of a file that is no spec nothing is repeated, as faults do of what they are about.
 *
 * @param byHand whether a person wrote it
 * @returns undefined where it cannot be read at all; the faults say why
 */
export function parseSpec(text: string, file: string, faults: FaultList, byHand = true): SpecNode | undefined {
  const found = new FaultList();
  const root = parseYaml(text, (line, column) => ({ file, line, column }), found, byHand);
  if (!isMeantAsSpec(text, root)) {
    faults.add(
      { file, line: 1, column: 1 },
      {
        code: 'SPEC_SYNTAX',
        path: '',
        message: 'this is no spec: it has none of the keys of one',
        remedy: 'A spec has at least dataset, backbone and losses',
      },
    );
    return undefined;
  }
  for (const fault of found.faults) faults.addFault(fault);
  return root;
}

/**
 * Whether a file is a spec, be it a faulty one: it has a key of one or, where it cannot be read, a line that begins
 * with a key that only specs have.
 */
function isMeantAsSpec(text: string, root: SpecNode | undefined): boolean {
  if (root?.kind === 'map' && (root.entries.size === 0 || specKeys.some((key) => root.entries.has(key)))) return true;
  return keyOnALine.test(text) || text.split('\n').every(isBlank);
}
