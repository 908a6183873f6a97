import * as tf from '@tensorflow/tfjs';
import type { Components, Kind } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { awaitedResults, members, results, type Look } from './component-shapes.ts';
import { asPlugin } from './current-plugin.ts';
import { LEAKS_IN_A_ROW, leakError } from './leak-error.ts';
import { pluginFailure } from './plugin-failure.ts';
import { pluginWords, type NamedEntry } from './plugin-words.ts';

type Method = (...args: unknown[]) => unknown;

/**
 * Wraps a component for the engine: whatever it throws carries its plugin's name, and what it gives is looked at for
 * its shape.
 *
 * @throws AblateError PLUGIN_INVALID where it is no component of its kind
 */
export function guardComponent<K extends Kind>(component: Components[K], entry: CatalogueEntry<K>): Components[K] {
  const { kind } = entry.manifest;
  const who = pluginWords(entry);
  const has =
    typeof component === 'object' && component !== null ? (component as unknown as Record<string, unknown>) : undefined;
  const { functions, values = [] } = members[kind];
  const missing =
    functions.find((name) => typeof has?.[name] !== 'function') ?? values.find((name) => has?.[name] === undefined);
  if (!has || missing) {
    const what = has ? `${functions.includes(missing!) ? 'no function' : 'no'} "${missing}"` : 'no object';
    throw new AblateError('PLUGIN_INVALID', `${who} makes a ${kind} that has ${what}`, {
      remedy: `This is a fault of the plugin: tell its author. A ${kind} has ${[...functions, ...values].join(', ')}.`,
    });
  }
  return watched(has, kind, entry) as unknown as Components[K];
}

/**
 * Functions that are called outside of training steps, where the engine's own watch does not look, and during which
 * nothing else makes tensors.
 */
const countedCalls: readonly string[] = [
  'post-processor.apply',
  'evaluator.evaluate',
  'figure.draw',
  'tracker.start',
  'launcher.launch',
];

/** Calls in a row of a plugin that ended with more tensors than they began with. */
const leakingCalls = new WeakMap<object, number>();

/** Whose a component is. */
type Owner = NamedEntry & { readonly location: string };

/** The object with every function of it watched. Nothing else of it changes, and private fields stay its own. */
function watched<T extends object>(object: T, kind: string, entry: Owner): T {
  const known = new Map<PropertyKey, { readonly of: unknown; readonly by: unknown }>();
  const read = (property: PropertyKey): unknown => {
    const value: unknown = Reflect.get(object, property, object);
    if (typeof value !== 'function') return value;
    const before = known.get(property);
    if (before?.of === value) return before.by;
    const by = watchedMethod(object, value as Method, `${kind}.${String(property)}`, entry);
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

function watchedMethod(object: object, method: Method, name: string, entry: Owner): Method {
  const who = pluginWords(entry);
  const isCounted = countedCalls.includes(name);
  const look = (at: Look | undefined, result: unknown, args: readonly unknown[]): void => {
    const problem = at?.(result, args, object);
    if (problem)
      throw new AblateError('PLUGIN_FAILED', `${who} ${problem}`, {
        remedy: 'This is a fault of the plugin: tell its author, who finds it with ablate check.',
      });
  };
  const finish = (result: unknown, args: readonly unknown[], before: number): unknown => {
    look(awaitedResults[name], result, args);
    if (isCounted) countLeaks(entry, tf.memory().numTensors - before);
    if (name !== 'dataset.split' || typeof result !== 'object' || result === null) return result;
    return watchedSplit(result, entry);
  };
  return (...args) => {
    const before = isCounted ? tf.memory().numTensors : 0;
    let result: unknown;
    try {
      result = asPlugin(who, () => Reflect.apply(method, object, args) as unknown);
    } catch (cause) {
      throw pluginFailure(cause, name.split('.')[1]!, entry);
    }
    look(results[name], result, args);
    if (!(result instanceof Promise)) return finish(result, args, before);
    return result.then(
      (value: unknown) => finish(value, args, before),
      (cause: unknown) => {
        throw pluginFailure(cause, name.split('.')[1]!, entry);
      },
    );
  };
}

/** @throws AblateError PLUGIN_FAILED once many calls of a plugin in a row have left tensors behind */
function countLeaks(entry: Owner, left: number): void {
  const calls = left > 0 ? (leakingCalls.get(entry.manifest) ?? 0) + 1 : 0;
  leakingCalls.set(entry.manifest, calls);
  if (calls >= LEAKS_IN_A_ROW) throw leakError(pluginWords(entry), left, 'call');
}

const splits = new WeakMap<object, object>();

/** A split is the same object each time that it is asked for. */
function watchedSplit(split: object, entry: Owner): object {
  const made = splits.get(split) ?? watched(split, 'split', entry);
  splits.set(split, made);
  return made;
}
