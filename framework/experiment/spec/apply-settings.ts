import type { FaultList } from './fault-list.ts';
import { parseYaml } from './parse-yaml.ts';
import { appendAt, PathProblem, removeAt, setAt } from './set-at.ts';
import { parsePath } from './spec-path.ts';
import type { MapNode, Place } from './spec-node.ts';

const place: Place = { file: '--set', line: 0, column: 0, origin: '--set' };

/** `~train.validateEvery`, `losses+=triplet`, `train.epochs=3`. */
interface Setting {
  readonly written: string;
  readonly path: readonly string[];
  readonly does: 'set' | 'append' | 'remove';
  readonly text: string;
}

/**
 * Applies each `--set` in order: `path=value` sets, `path+=value` adds to a list, `~path` removes. Values are YAML.
 */
export function applySettings(root: MapNode, settings: readonly string[], faults: FaultList): MapNode {
  return settings.reduce((tree, given) => {
    const setting = settingOf(given);
    if (!setting) {
      faults.add(place, {
        code: 'USAGE',
        path: '',
        message: `found ${JSON.stringify(given)}`,
        allowed: 'Allowed: path=value, path+=value for one more in a list, ~path to remove what is there',
        remedy: 'For example: --set train.epochs=3',
      });
      return tree;
    }
    const { written, path, does, text } = setting;
    const parent = path[0] === 'matrix' ? path[1] : path[0];
    if (parent === 'extends') {
      faults.add(place, {
        code: 'USAGE',
        path: written,
        message: "a spec's parent is read before anything is set",
        remedy: "Write extends: in a spec file, or give that spec's own values by --set",
      });
      return tree;
    }
    const value = does === 'remove' ? undefined : parseYaml(text.trim() === '' ? 'null' : text, () => place, faults);
    if (does !== 'remove' && !value) return tree;
    const changed =
      does === 'remove'
        ? removeAt(tree, path)
        : does === 'append'
          ? appendAt(tree, path, value!, place)
          : setAt(tree, path, value!, place);
    if (!(changed instanceof PathProblem)) return changed;
    faults.add(place, {
      path: written,
      message: `the path names nothing: ${changed.message}`,
      remedy: changed.remedy,
    });
    return tree;
  }, root);
}

function settingOf(given: string): Setting | undefined {
  const removed = /^~([^=]+)$/.exec(given.trim())?.[1];
  const equals = removed === undefined ? given.indexOf('=') : given.length;
  const appends = removed === undefined && given[equals - 1] === '+';
  const written = (removed ?? given.slice(0, Math.max(0, appends ? equals - 1 : equals))).trim();
  const path = parsePath(written);
  if (!path) return undefined;
  const does = removed !== undefined ? 'remove' : appends ? 'append' : 'set';
  return { written, path, does, text: given.slice(equals + 1) };
}
