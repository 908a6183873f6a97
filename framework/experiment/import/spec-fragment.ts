import { parse } from 'yaml';
import { isConfigMap } from './source-config.ts';

/** Turns a number, or both ends of a range that a search draws from, into another number. */
export function changed(value: unknown, change: (number: number) => number): unknown {
  const rounded = (number: number): number => Number(change(number).toPrecision(6));
  if (typeof value === 'number') return rounded(value);
  if (!isConfigMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([shape, ends]) => [
      shape,
      (ends as readonly number[]).map(rounded).sort((one, other) => one - other),
    ]),
  );
}

const changes: Readonly<Record<string, (number: number) => number>> = {
  radians: (degrees) => (degrees * Math.PI) / 180,
  inverse: (number) => 1 / number,
};

/** A piece of a spec, and the arguments that it has not taken. */
export interface FilledFragment {
  readonly value: unknown;
  readonly left: readonly string[];
}

/**
 * Fills a piece of a spec with arguments: a value may be `$name`, `$name:radians` or `$name:inverse`, each with a default
 * behind `=`. What has neither argument nor default is left out.
 */
export function fillFragment(text: string, args: Readonly<Record<string, unknown>>): FilledFragment {
  const left = new Set(Object.keys(args));
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (isConfigMap(value))
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) => {
          const filled = fill(inner);
          return filled === undefined ? [] : [[key, filled] as const];
        }),
      );
    const [, name, change, otherwise] = /^\$(\w+)(?::(\w+))?(?:=(.*))?$/.exec(String(value)) ?? [];
    if (name === undefined) return value;
    left.delete(name);
    const given = args[name];
    if (given === undefined) return otherwise === undefined ? undefined : (parse(otherwise) as unknown);
    return change === undefined ? given : changed(given, changes[change]!);
  };
  const value = fill(parse(text));
  return { value, left: [...left] };
}
