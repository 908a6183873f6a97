import type { FaultList } from './fault-list.ts';
import { parseYaml } from './parse-yaml.ts';
import { PathProblem, setAt } from './set-at.ts';
import { parsePath } from './spec-path.ts';
import type { MapNode, Place } from './spec-node.ts';

const place: Place = { file: '--set', line: 0, column: 0, origin: '--set' };

/** Applies the `path=value` of each `--set` in order; values are YAML. */
export function applySettings(root: MapNode, settings: readonly string[], faults: FaultList): MapNode {
  return settings.reduce((tree, setting) => {
    const equals = setting.indexOf('=');
    const path = equals > 0 ? parsePath(setting.slice(0, equals).trim()) : undefined;
    if (!path) {
      faults.add(place, {
        code: 'USAGE',
        path: '',
        message: `found ${JSON.stringify(setting)}`,
        allowed: 'Allowed: path=value',
        remedy: 'For example: --set train.epochs=3',
      });
      return tree;
    }
    if (path[0] === 'extends') {
      faults.add(place, {
        code: 'USAGE',
        path: 'extends',
        message: "a spec's parent is read before anything is set",
        remedy: "Write extends: in a spec file, or give that spec's own values by --set",
      });
      return tree;
    }
    const text = setting.slice(equals + 1);
    const value = parseYaml(text.trim() === '' ? 'null' : text, () => place, faults);
    const set = value && setAt(tree, path, value, place);
    if (set instanceof PathProblem) {
      faults.add(place, {
        path: setting.slice(0, equals).trim(),
        message: `the path names nothing: ${set.message}`,
        remedy: set.remedy,
      });
    }
    return set && !(set instanceof PathProblem) ? set : tree;
  }, root);
}
