import { alternatives, type JsonSchema } from './json-schema-of.ts';

/**
 * Tells in words what a schema allows: `a number of at least 0`, `"mean" or "sum"`, `a list of integers of at least 1`.
 */
export function schemaWords(schema: JsonSchema | undefined): string {
  if (!schema) return 'anything';
  if (schema.allowed) return schema.allowed;
  const choices = alternatives(schema);
  if (choices.length > 1 || choices[0] !== schema) return either(choices.map(schemaWords));
  if (schema.enum) return either(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'integer':
      return `an integer${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'string':
      return text(schema);
    case 'array':
      return list(schema);
    case 'object':
      return map(schema);
    default:
      return 'anything';
  }
}

function either(words: readonly string[]): string {
  const unique = [...new Set(words)];
  return unique.length < 2 ? (unique[0] ?? 'nothing') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
}

function range(schema: JsonSchema): string {
  const bound = (value: number | undefined): number | undefined =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
  const [least, above, most, below] = [
    schema.minimum,
    schema.exclusiveMinimum,
    schema.maximum,
    schema.exclusiveMaximum,
  ].map(bound);
  const step = schema.multipleOf === undefined ? '' : `, a multiple of ${schema.multipleOf}`;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}${step}`;
  const low = above !== undefined ? `above ${above}` : least !== undefined ? `of at least ${least}` : '';
  const high = below !== undefined ? `below ${below}` : most !== undefined ? `at most ${most}` : '';
  return `${[low, high]
    .filter(Boolean)
    .map((words, index) =>
      index === 0 ? ` ${words === high && most !== undefined ? `of ${words}` : words}` : ` and ${words}`,
    )
    .join('')}${step}`;
}

function text({ format, minLength, maxLength, pattern }: JsonSchema): string {
  const kind = format === 'uri' ? 'an address (URL)' : 'text';
  const parts = [
    minLength === 1 ? 'not empty' : minLength && `of at least ${minLength} characters`,
    maxLength && `of at most ${maxLength} characters`,
    pattern && !format && `like /${pattern}/`,
  ];
  return [kind, ...parts.filter(Boolean)].join(', ');
}

function list({ prefixItems, items, minItems, maxItems }: JsonSchema): string {
  if (prefixItems) return `a list [${prefixItems.map(schemaWords).join(', ')}]`;
  const each = typeof items === 'object' ? `, each ${schemaWords(items)}` : '';
  if (minItems !== undefined && minItems === maxItems) return `a list of ${minItems}${each}`;
  const size = [minItems && `at least ${minItems}`, maxItems && `at most ${maxItems}`].filter(Boolean).join(' and ');
  return `a list${size && ` of ${size}`}${each}`;
}

function map({ properties, additionalProperties }: JsonSchema): string {
  if (properties) return `a map with ${Object.keys(properties).join(', ')}`;
  return typeof additionalProperties === 'object' ? `a map, each value ${schemaWords(additionalProperties)}` : 'a map';
}
