import { didYouMean } from '../../base/errors/did-you-mean.ts';
import type { FaultList } from './fault-list.ts';
import { found } from './node-value.ts';
import { pathText } from './spec-path.ts';
import type { MapEntry, Place, SpecNode } from './spec-node.ts';

/** A plugin as a spec names it: `name`, `{name: {option: value}}` or `{name: null}`. */
export interface WrittenUse {
  readonly plugin: string;
  /** Where its name stands. */
  readonly place: Place;
  readonly options: SpecNode | undefined;
  /** What stands beside it, by key: a loss's `weight` and `parameters`. */
  readonly extras: ReadonlyMap<string, MapEntry>;
}

/** Reads a use of a plugin; anything else becomes a fault. */
export function writtenUse(
  node: SpecNode,
  path: readonly (string | number)[],
  extras: readonly string[],
  faults: FaultList,
): WrittenUse | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') {
    return { plugin: node.value, place: node.place, options: undefined, extras: new Map() };
  }
  if (node.kind !== 'map') {
    faults.add(node.place, {
      path: pathText(path),
      message: `found ${found(node)}`,
      allowed: 'Allowed: a plugin as name or {name: {option: value}}',
    });
    return undefined;
  }
  const entries = [...node.entries];
  const plugins = entries.filter(([key]) => !extras.includes(key));
  const [first, second] = plugins;
  if (first && !second) {
    const [plugin, { place, value }] = first;
    return { plugin, place, options: value, extras: new Map(entries.filter(([key]) => extras.includes(key))) };
  }
  if (!first) {
    faults.add(node.place, {
      path: pathText(path),
      message: `no plugin is named (${found(node)})`,
      allowed: 'Allowed: name or {name: {option: value}}',
    });
    return undefined;
  }
  const names = plugins.map(([key]) => key);
  const strays = plugins.filter(([, { place }]) => place.origin);
  const [stray, { place }] = strays[0] ?? plugins.find(([key]) => didYouMean(key, extras)) ?? second!;
  const own = names.filter((name) => name !== stray);
  faults.add(place, {
    path: pathText(path),
    message: strays.length
      ? `the ${place.origin} path names nothing: there is no "${stray}" here, the plugin is "${own[0]}"`
      : `two plugins in one place: ${names.join(', ')}`,
    allowed: strays.length
      ? undefined
      : `Allowed: one plugin${extras.length ? ` (beside it ${extras.join(', ')})` : ''}`,
    remedy:
      didYouMean(stray, strays.length ? own : extras) ??
      (strays.length ? undefined : 'Indent its options below its name'),
  });
  return undefined;
}
