import { z } from 'zod';

/** What Ablate reads of a JSON Schema. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  /** What is allowed, in words, where a schema says it better than its parts: `z.string().meta({ allowed: '…' })`. */
  readonly allowed?: string;
  /**
   * Whether the value is executed, or may name a program: a stranger's needs `--trust`. `z.string().meta({ runs: true
   * })`.
   */
  readonly runs?: boolean;
}

const known = new WeakMap<z.ZodType, JsonSchema>();

/** Derives the JSON Schema of what a zod schema takes in, before its defaults. Derived once a schema. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const before = known.get(schema);
  if (before) return before;
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  known.set(schema, made);
  return made;
}

/** Lists the alternatives of a schema, those of its alternatives included; itself where it has none. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf)?.flatMap(alternatives) ?? [schema];
}

/**
 * Lists the alternatives that the names in a map leave open: of `{by: name}` those whose `by` may be `name`; all where
 * none does.
 */
export function alternativesOf(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
  const all = alternatives(schema);
  if (typeof value !== 'object' || value === null) return all;
  const given = value as Readonly<Record<string, unknown>>;
  const open = all.filter(({ properties }) =>
    Object.entries(properties ?? {}).every(([key, { const: only, enum: some }]) => {
      const names = only === undefined ? some : [only];
      return !names || !Object.hasOwn(given, key) || names.includes(given[key]);
    }),
  );
  return open.length > 0 ? open : all;
}

/**
 * Finds the schema of the value at `path` below, or undefined where the schema says nothing of it.
 *
 * @param value what stands at the top, which chooses among alternatives
 */
export function schemaAt(
  schema: JsonSchema | undefined,
  path: readonly PropertyKey[],
  value?: unknown,
): JsonSchema | undefined {
  if (!schema || path.length === 0) return schema;
  const [key, ...rest] = path;
  for (const one of alternativesOf(schema, value)) {
    const index = typeof key === 'number' ? key : -1;
    const property = one.properties && Object.hasOwn(one.properties, key!) ? one.properties[String(key)] : undefined;
    const inner = property ?? one.prefixItems?.[index] ?? (index >= 0 ? one.items : one.additionalProperties);
    if (typeof inner === 'object')
      return schemaAt(inner, rest, (value as Record<PropertyKey, unknown> | undefined | null)?.[key!]);
  }
  return undefined;
}
