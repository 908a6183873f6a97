import type { z } from 'zod';
import { alternatives, jsonSchemaOf, type JsonSchema } from '../../plugins/json-schema-of.ts';
import type { FaultList } from './fault-list.ts';
import { found, nodeValue } from './node-value.ts';
import { scheduledNumberSchemas } from './scheduled-number-schema.ts';
import { pathText } from './spec-path.ts';
import type { MapEntry, MapNode, SpecNode } from './spec-node.ts';
import { addZodFaults, type Checked } from './zod-faults.ts';

/** Options after their schema. */
export interface CheckedOptions {
  /** Every default filled in; a scheduled number as it was written. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The same with scheduled numbers at their start. */
  readonly atStart: Readonly<Record<string, unknown>>;
}

type Shape = keyof typeof scheduledNumberSchemas;

/**
 * Checks a map by a zod schema and fills in its defaults.
 *
 * @param about what the faults call it; `node` left out or null stands for an empty map
 * @param scheduled whether a number may change over training; both of its ends are checked
 */
export function checkOptions(
  schema: z.ZodType,
  about: Omit<Checked, 'schema'>,
  scheduled: boolean,
  faults: FaultList,
): CheckedOptions | undefined {
  const checked: Checked = { ...about, schema: jsonSchemaOf(schema) };
  const node = about.node?.kind === 'scalar' && about.node.value === null ? undefined : about.node;
  if (node && node.kind !== 'map') {
    faults.add(node.place, {
      code: about.code,
      path: pathText(about.path),
      message: `found ${found(node)}`,
      allowed: `Allowed: a map of ${about.noun}s`,
    });
    return undefined;
  }
  const schedules = scheduled && node ? schedulesOf(node, checked, faults) : new Map<string, Schedule>();
  if (!schedules) return undefined;
  const parse = (end: 'from' | 'to'): Record<string, unknown> | undefined => {
    const flat =
      node && schedules.size > 0
        ? replaced(node, new Map([...schedules].map(([key, schedule]) => [key, schedule[end]])))
        : node;
    const result = schema.safeParse(flat ? nodeValue(flat) : {});
    if (!result.success) addZodFaults(result.error.issues, { ...checked, node: flat }, faults);
    return result.data as Record<string, unknown> | undefined;
  };
  const atStart = parse('from');
  const atEnd = schedules.size > 0 ? parse('to') : atStart;
  if (!atStart || !atEnd) return undefined;
  return {
    atStart,
    value: { ...atStart, ...Object.fromEntries([...schedules].map(([key, { value }]) => [key, value])) },
  };
}

/** A scheduled number and the nodes of its ends. */
interface Schedule {
  readonly value: unknown;
  readonly from: SpecNode;
  readonly to: SpecNode;
}

function schedulesOf(node: MapNode, checked: Checked, faults: FaultList): Map<string, Schedule> | undefined {
  const schedules = new Map<string, Schedule>();
  let wrong = false;
  for (const [key, { value }] of node.entries) {
    const shape = scheduleShape(value);
    const option = checked.schema.properties?.[key];
    if (!shape || !option) continue;
    const path = [...checked.path, key];
    const kinds = alternatives(option).map(({ type }: JsonSchema) => type);
    if (kinds.includes('number')) {
      const span = (value as MapNode).entries.get(shape)!.value;
      const about = {
        ...checked,
        node: span,
        place: span.place,
        path: [...path, shape],
        noun: 'key',
        owner: shape,
        code: 'SPEC_INVALID' as const,
      };
      if (!checkOptions(scheduledNumberSchemas[shape], about, false, faults)) {
        wrong = true;
        continue;
      }
      const ends = (span as MapNode).entries;
      schedules.set(key, { value: nodeValue(value), from: ends.get('from')!.value, to: ends.get('to')!.value });
    } else if (kinds.includes('integer')) {
      wrong = true;
      faults.add(value.place, {
        code: checked.code,
        path: pathText(path),
        message: 'an integer does not change over training',
        remedy: 'Write one integer',
      });
    }
  }
  return wrong ? undefined : schedules;
}

function scheduleShape(node: SpecNode): Shape | undefined {
  if (node.kind !== 'map' || node.entries.size !== 1) return undefined;
  const [key] = node.entries.keys();
  return Object.hasOwn(scheduledNumberSchemas, key!) ? (key as Shape) : undefined;
}

function replaced(node: MapNode, values: ReadonlyMap<string, SpecNode>): MapNode {
  const entries = [...node.entries].map(([key, entry]): [string, MapEntry] => [
    key,
    { place: entry.place, value: values.get(key) ?? entry.value },
  ]);
  return { ...node, entries: new Map(entries) };
}
