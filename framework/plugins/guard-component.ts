import type { Components, Kind } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { members, results } from './component-shapes.ts';
import { asPlugin } from './current-plugin.ts';
import { faultWords } from './fault-place.ts';
import { pluginWords } from './plugin-words.ts';

type Method = (...args: unknown[]) => unknown;

/**
 * A component as the engine meets it: whatever it throws carries its plugin's name, and what it gives is looked at for
 * its shape.
 *
 * @throws AblateError PLUGIN_INVALID where it is no component of its kind
 */
export function guardComponent<K extends Kind>(component: Components[K], entry: CatalogueEntry<K>): Components[K] {
  const { kind } = entry.manifest;
  const who = pluginWords(entry);
  const has =
    typeof component === 'object' && component !== null ? (component as unknown as Record<string, unknown>) : undefined;
  const { functions, values = [] } = members[kind] ?? { functions: [] };
  const missing =
    functions.find((name) => typeof has?.[name] !== 'function') ?? values.find((name) => has?.[name] === undefined);
  if (!has || missing) {
    const what = has ? `${functions.includes(missing!) ? 'no function' : 'no'} "${missing}"` : 'no object';
    throw new AblateError('PLUGIN_INVALID', `${who} makes a ${kind} that has ${what}`, {
      remedy: `This is a fault of the plugin: tell its author. A ${kind} has ${[...functions, ...values].join(', ')}.`,
    });
  }
  return watched(has, kind, {
    who,
    isOwn: entry.origin === 'built-in',
    directory: entry.location,
  }) as unknown as Components[K];
}

interface Owner {
  readonly who: string;
  /** Whether it comes with Ablate, whose own errors say what they must. */
  readonly isOwn: boolean;
  /** The plugin's folder. */
  readonly directory: string;
}

/** The object with every function of it watched. Nothing else of it changes, and private fields stay its own. */
function watched<T extends object>(object: T, kind: string, owner: Owner): T {
  const known = new Map<PropertyKey, { readonly of: unknown; readonly by: unknown }>();
  const read = (property: PropertyKey): unknown => {
    const value: unknown = Reflect.get(object, property, object);
    if (typeof value !== 'function') return value;
    const before = known.get(property);
    if (before?.of === value) return before.by;
    const by = watchedMethod(object, value as Method, `${kind}.${String(property)}`, owner);
    known.set(property, { of: value, by });
    return by;
  };
  // Not a proxy of the object itself: one that is frozen must give back its very functions.
  return new Proxy({} as T, {
    get: (_, property) => read(property),
    set: (_, property, value) => Reflect.set(object, property, value, object),
    has: (_, property) => Reflect.has(object, property),
    getPrototypeOf: () => Reflect.getPrototypeOf(object),
    ownKeys: () => Reflect.ownKeys(object),
    getOwnPropertyDescriptor: (_, property) => {
      const found = Reflect.getOwnPropertyDescriptor(object, property);
      return found && { value: read(property), enumerable: found.enumerable, configurable: true, writable: true };
    },
  });
}

function watchedMethod(object: object, method: Method, name: string, owner: Owner): Method {
  const finish = (result: unknown, args: readonly unknown[]): unknown => {
    const problem = results[name]?.(result, args, object);
    if (problem)
      throw new AblateError('PLUGIN_FAILED', `${owner.who} ${problem}`, {
        remedy: 'This is a fault of the plugin: tell its author, who finds it with ablate check.',
      });
    if (name !== 'dataset.split' || typeof result !== 'object' || result === null) return result;
    return watchedSplit(result, owner);
  };
  return (...args) => {
    let result: unknown;
    try {
      result = asPlugin(owner.who, () => Reflect.apply(method, object, args) as unknown);
    } catch (cause) {
      throw failure(cause, name, owner);
    }
    if (!(result instanceof Promise)) return finish(result, args);
    return result.then(
      (value: unknown) => finish(value, args),
      (cause: unknown) => {
        throw failure(cause, name, owner);
      },
    );
  };
}

const splits = new WeakMap<object, object>();

/** A split is the same object each time that it is asked for. */
function watchedSplit(split: object, owner: Owner): object {
  const made = splits.get(split) ?? watched(split, 'split', owner);
  splits.set(split, made);
  return made;
}

function failure(cause: unknown, name: string, { who, isOwn, directory }: Owner): unknown {
  if (cause instanceof AblateError)
    return isOwn || cause.problem.startsWith(who)
      ? cause
      : new AblateError(cause.code, `${who}: ${cause.problem}`, { remedy: cause.remedy, cause });
  return new AblateError('PLUGIN_FAILED', `${who} failed in ${name.split('.')[1]}: ${faultWords(cause, directory)}`, {
    cause,
  });
}
