import type { FaultList } from './fault-list.ts';
import { cutInterpolations } from './interpolation-guard.ts';
import { plainScalar } from './node-value.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { isSecretVariable } from '../../base/system/secret-names.ts';
import { parsePath, pathText } from './spec-path.ts';
import type { MapEntry, Reference, ScalarNode, SpecNode } from './spec-node.ts';

/** The path of another value: keys and places in lists, a key with a dot in brackets. */
const refers = /^(?:[A-Za-z_][\w-]*|\["[^"]+"\])(?:\.[\w-]+|\["[^"]+"\])*$/;
const variable = /^env:([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * Replaces `${env:NAME}` and `${env:NAME:-default}` in every text of a tree; `$${` stands for a plain `${`. A text
 * without quotes that is one interpolation as a whole becomes a number, true, false or null where YAML would read it
 * so. References to other values of the spec, `${train.batch}`, are taken apart and left for `resolveReferences`, since
 * what they mean may differ between the points of a matrix.
 */
export function interpolate(
  node: SpecNode,
  env: NodeJS.ProcessEnv,
  faults: FaultList,
  path: readonly (string | number)[] = [],
): SpecNode {
  if (node.kind === 'scalar')
    return typeof node.value === 'string' ? interpolateText(node, node.value, env, faults, path) : node;
  if (node.kind === 'list') {
    return { ...node, items: node.items.map((item, index) => interpolate(item, env, faults, [...path, index])) };
  }
  const entries = [...node.entries].map(([key, entry]): [string, MapEntry] => [
    key,
    { place: entry.place, value: interpolate(entry.value, env, faults, [...path, key]) },
  ]);
  return { ...node, entries: new Map(entries) };
}

function interpolateText(
  node: ScalarNode,
  text: string,
  env: NodeJS.ProcessEnv,
  faults: FaultList,
  path: readonly (string | number)[],
): ScalarNode {
  let secret = false;
  const cut = cutInterpolations(text);
  if (!cut.some((piece) => typeof piece !== 'string')) return node;
  const pieces = cut.map((piece): string | Reference => {
    if (typeof piece === 'string') return piece;
    const { whole, isEscaped, inside } = piece;
    if (isEscaped) return whole.slice(1);
    const segments = refers.test(inside) ? parsePath(inside) : undefined;
    if (segments) return { path: inside, segments };
    const match = variable.exec(inside);
    if (!match) {
      faults.add(node.place, {
        path: pathText(path),
        message: `unknown interpolation ${JSON.stringify(whole)}`,
        allowed: 'Allowed: ${env:NAME}, ${env:NAME:-default} and the path of another value, such as ${train.batch}',
        remedy: 'For the text itself write $${',
      });
      return whole;
    }
    const [, name, fallback] = match;
    // What every object has, `constructor` for one, is no variable unless it is set.
    const given = name! in Object.prototype && !Object.hasOwn(env, name!) ? undefined : env[name!];
    const value = fallback !== undefined && given === '' ? fallback : (given ?? fallback);
    if (value === undefined) {
      faults.add(node.place, {
        path: pathText(path),
        message: `the environment variable ${name} is not set`,
        remedy: `Set it, or give a default: \${env:${name}:-default}`,
      });
      return whole;
    }
    secret ||= given !== undefined && (isSecretVariable(name!) || redactSecrets(value, {}) !== value);
    return value;
  });
  const shared = { ...node, written: text, ...(secret ? { secret: text } : {}) };
  if (pieces.some((piece) => typeof piece !== 'string')) return { ...shared, pieces };
  const replaced = pieces.join('');
  const [first] = cut;
  const whole = cut.length === 1 && typeof first === 'object' && !first.isEscaped && node.plain;
  return { ...shared, value: whole ? plainScalar(replaced) : replaced };
}
