import type { FaultList } from './fault-list.ts';
import { replaceInterpolations } from './interpolation-guard.ts';
import { plainScalar } from './node-value.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { isSecretVariable } from '../../base/system/secret-names.ts';
import { pathText } from './spec-path.ts';
import type { MapEntry, ScalarNode, SpecNode } from './spec-node.ts';

const one = /^\$?\$\{[^}\n]*\}$/;
const variable = /^env:([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * Replaces `${env:NAME}` and `${env:NAME:-default}` in every text of a tree; `$${` stands for a plain `${`. A text
 * without quotes that is one interpolation as a whole becomes a number, true, false or null where YAML would read it
 * so.
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
  let escaped = false;
  const replaced = replaceInterpolations(text, (whole, isEscaped, inside) => {
    if (isEscaped) {
      escaped = true;
      return whole.slice(1);
    }
    const match = variable.exec(inside);
    if (!match) {
      faults.add(node.place, {
        path: pathText(path),
        message: `unknown interpolation ${JSON.stringify(whole)}`,
        allowed: 'Allowed: ${env:NAME} and ${env:NAME:-default}',
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
  if (replaced === text) return node;
  const whole = !escaped && node.plain && one.test(text);
  return {
    ...node,
    value: whole ? plainScalar(replaced) : replaced,
    written: text,
    ...(secret ? { secret: text } : {}),
  };
}
