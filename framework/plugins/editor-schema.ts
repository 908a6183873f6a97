import { z } from 'zod';
import type { JsonSchema } from './json-schema-of.ts';

/** A JSON Schema that is still being put together. */
export type Draft = Record<string, unknown>;

const interpolation = String.raw`\$\{`;
const interpolated = { type: 'string', pattern: interpolation };

/** Schemas of what may stand where a plain option is expected. */
export interface Instead {
  readonly number?: Draft | undefined;
  readonly value?: Draft | undefined;
}

/**
 * Describes what a zod schema takes in as an editor checks it: JSON Schema draft 7, which VS Code's YAML extension
 * reads, with descriptions and defaults. Any value may be an interpolation instead, `${env:NAME}`, whose type is known
 * only when it is read.
 *
 * @param instead what may stand in the place of a plain number (one that changes over training), and in that of any
 * value (a range to search)
 */
export function editorSchema(schema: z.ZodType, instead: Instead = {}): Draft {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-7',
    override: ({ jsonSchema }) => withoutOwnWords(jsonSchema as Draft),
  }) as Draft;
  const open = opened(made) as Draft;
  for (const one of (open.anyOf ?? open.oneOf ?? [open]) as Draft[])
    one.properties = mapValues((one.properties ?? {}) as Record<string, Draft>, (option) =>
      withAlternatives(option, instead),
    );
  return open;
}

/** Removes what only Ablate reads. */
function withoutOwnWords(schema: Draft): void {
  delete schema.allowed;
  delete schema.runs;
}

/** A schema that also takes an interpolation, at any depth. */
function opened(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(opened);
  const { description, default: fallback, ...rest } = schema as JsonSchema & Draft;
  const told = {
    ...(description !== undefined && { description: sentence(description) }),
    ...(fallback !== undefined && { default: fallback }),
  };
  if (rest.enum !== undefined || rest.const !== undefined) return { ...told, anyOf: [rest, interpolated] };
  if (rest.type === 'string')
    return {
      ...told,
      ...rest,
      format: undefined,
      ...(rest.pattern !== undefined && { pattern: `(?:${rest.pattern})|${interpolation}` }),
    };
  if (rest.type === 'number' || rest.type === 'integer' || rest.type === 'boolean')
    return { ...told, ...rest, ...bounds(rest), type: [rest.type, 'string'], pattern: interpolation };
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === 'properties'
        ? mapValues(value as Record<string, unknown>, opened)
        : ['anyOf', 'oneOf', 'allOf', 'items', 'additionalProperties'].includes(key)
          ? opened(value)
          : value,
    ]),
  );
  return { ...told, ...inner };
}

/** zod writes the limits of exact integers where there is none other; people need not see them. */
function bounds({ minimum, maximum }: JsonSchema): Draft {
  return {
    ...(minimum === Number.MIN_SAFE_INTEGER && { minimum: undefined }),
    ...(maximum === Number.MAX_SAFE_INTEGER && { maximum: undefined }),
  };
}

function withAlternatives(option: Draft, { number, value }: Instead): Draft {
  const { description, default: fallback, ...rest } = option;
  const numeric = [rest, ...((rest.anyOf ?? []) as Draft[])].some(
    ({ type }) => Array.isArray(type) && type.includes('number'),
  );
  const others = [...(number && numeric ? [number] : []), ...(value ? [value] : [])];
  return others.length > 0 ? { description, default: fallback, anyOf: [rest, ...others] } : option;
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;

function mapValues<T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
