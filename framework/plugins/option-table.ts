import type { z } from 'zod';
import { alternatives, jsonSchemaOf } from './json-schema-of.ts';
import { schemaWords } from './schema-words.ts';

/** One option of a plugin, as tables show it. */
export interface OptionRow {
  readonly option: string;
  /** What is allowed, in words. */
  readonly type: string;
  /** True where a spec must give it. */
  readonly required: boolean;
  /** The default, where there is one. */
  readonly default?: unknown;
  readonly meaning: string;
}

/** Lists the options of a plugin from its schema, in the schema's order. */
export function optionTable(schema: z.ZodType): OptionRow[] {
  const rows = new Map<string, OptionRow>();
  for (const { properties = {}, required = [] } of alternatives(jsonSchemaOf(schema))) {
    for (const [option, property] of Object.entries(properties)) {
      if (rows.has(option)) continue;
      rows.set(option, {
        option,
        type: schemaWords(property),
        required: required.includes(option),
        default: property.default,
        meaning: property.description ?? '',
      });
    }
  }
  return [...rows.values()];
}

/** Writes a default as tables show it: `required`, `none`, or the value as YAML's flow style would write it. */
export function defaultText({ required, default: value }: OptionRow): string {
  if (required) return 'required';
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll(/([,:])(?=\S)/g, '$1 ');
}
