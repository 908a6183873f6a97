import { join } from 'node:path';
import type { z } from 'zod';
import type { Kind } from '../../contracts/plugin.ts';
import type { Catalogue, CatalogueEntry } from '../../plugins/catalogue.ts';
import { editorSchema, type Draft } from '../../plugins/editor-schema.ts';
import { aKind, kindNames } from '../../plugins/kinds.ts';
import { packageOf } from '../../plugins/package-folder.ts';
import { augmentSettings } from './mix-schema.ts';
import { scheduledNumberSchemas } from './scheduled-number-schema.ts';
import {
  backboneExtrasSchema,
  datasetExtrasSchema,
  headExtrasSchema,
  lossExtrasSchema,
  settingsSchema,
} from './settings-schema.ts';
import { listUses, planKeys, singleUses } from './spec-keys.ts';
import { protocolSchema, searchSchema } from './study-schema.ts';

const reference = (name: string): Draft => ({
  $ref: `#/definitions/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`,
});
const changing = 'changing-number';
const range = 'range';
const paths = String.raw`^(\.{1,2}/|/|[A-Za-z]:[/\\])`;

/** `~key:` removes what an extended spec has there. */
const removals: Draft = { '^~.': { type: 'null' } };

/** Changes to an inherited list, by the names or places of its entries. */
const byName: Draft = {
  type: 'object',
  description:
    'Changes the entries of the list that the extended spec has: by name or place, `~name:` to remove one; what is not among them is added.',
  patternProperties: removals,
  minProperties: 1,
};

/** What a spec may hold that is used up before a run is resolved; keys that are not here take anything. */
const planSchemas: Partial<Record<string, Draft>> = {
  extends: {
    description:
      'Path of another spec that this one builds on, or of several: maps are merged, lists and values replaced. `~key:` removes what they have.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  },
  profiles: {
    type: 'object',
    description: 'What `--profile NAME` merges over the spec, by name: `gpu: {train: {batch: 512}}`.',
    additionalProperties: { type: 'object' },
  },
  matrix: {
    type: 'object',
    description:
      'Paths of the spec with the values to try: `losses.1.center.lambda: [0, 0.01]`, `seed: [1, 2, 3]`. There is a run for every combination.',
    properties: {
      include: { type: 'array', items: { type: 'object' }, description: 'Further points: path to value.' },
      exclude: {
        type: 'array',
        items: { type: 'object' },
        description: 'Points of the grid to leave out, by path and value.',
      },
      extends: {
        type: 'array',
        minItems: 1,
        items: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
        description: 'Specs to build on, one a run: paths, or lists of them.',
      },
    },
    additionalProperties: { type: 'array', minItems: 1 },
  },
  search: {
    description: 'Draws the values of ranges such as `{logUniform: [0.001, 0.1]}`, and chooses by validation.',
    anyOf: [editorSchema(searchSchema), { type: 'null' }],
  },
  protocol: {
    description:
      'Folds of the classes, seeds, a search with the same budget for each loss, and a test set that is opened once.',
    anyOf: [editorSchema(protocolSchema), { type: 'null' }],
  },
};

/**
 * The JSON Schema of a spec file, for editors: every key, and every plugin that comes with Ablate or that the project
 * lists, with its options, their meaning and their defaults. It cannot see what a matrix or an interpolation brings;
 * `ablate validate` has the last word.
 */
async function specSchema(catalogue: Catalogue): Promise<Draft> {
  const listed = await catalogue.listed();
  const definitions: Record<string, Draft> = { [changing]: changingNumber(), [range]: rangeToSearch() };
  for (const kind of kindNames) {
    const named: [string, CatalogueEntry][] = (await catalogue.builtIn(kind)).map((entry) => [
      entry.manifest.name,
      entry,
    ]);
    for (const { specifier, entry } of listed) {
      if (entry?.manifest.kind !== kind) continue;
      named.push([specifier, entry]);
      // Its short name, and the name of a package that the project lists by its path.
      const { manifest } = packageOf(join(entry.location, 'package.json')) ?? {};
      if (manifest?.name && manifest.peerDependencies?.['ablate-ml'] !== undefined && manifest.name !== specifier)
        named.push([manifest.name, entry]);
      if (!catalogue.names(kind).includes(entry.manifest.name)) named.push([entry.manifest.name, entry]);
    }
    for (const [name, { manifest }] of named)
      definitions[`${kind}.${name}`] = incomplete(
        editorSchema(manifest.schema, {
          number: kind === 'loss' ? reference(changing) : undefined,
          value: reference(range),
        }),
      );
    definitions[kind] = useOf(kind, new Map(named));
  }
  const { threads, ...settings } = editorSchema(settingsSchema).properties as Record<string, Draft>;
  const uses = (kind: Kind): Draft => ({ type: 'array', items: reference(kind) });
  const usesOrChanges = (kind: Kind): Draft => ({ anyOf: [uses(kind), byName] });
  const tracking = listUses.tracking;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Ablate spec',
    type: 'object',
    properties: {
      ...settings,
      // Its default is this machine's number of cores.
      threads: { ...threads, default: undefined },
      ...Object.fromEntries(
        Object.entries(singleUses).map(([key, kind]) => [
          key,
          key === 'head' ? { anyOf: [reference(kind), { type: 'null' }] } : reference(kind),
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(listUses).map(([key, kind]) => [
          key,
          kind === tracking ? { anyOf: [uses(kind), reference(kind), byName] } : usesOrChanges(kind),
        ]),
      ),
      augment: {
        type: 'object',
        description:
          'What images go through on their way to the network, in this order: in training, and in evaluation.',
        properties: {
          train: { anyOf: [uses('augmentation'), { type: 'array', items: uses('augmentation') }] },
          test: uses('augmentation'),
          ...(editorSchema(augmentSettings).properties as Record<string, Draft>),
        },
        additionalProperties: false,
      },
      ...Object.fromEntries(planKeys.map((key) => [key, planSchemas[key] ?? {}])),
      launch: reference('launcher'),
    },
    patternProperties: removals,
    additionalProperties: false,
    anyOf: [{ required: ['dataset', 'backbone', 'losses'] }, { required: ['extends'] }, { required: ['matrix'] }],
    definitions,
  };
}

/** A use of a plugin: its name, or its name with its options. */
function useOf(kind: Kind, named: ReadonlyMap<string, CatalogueEntry>): Draft {
  const extras = extrasOf(kind);
  const names = [...named].map(([name, { manifest }]) => ({ const: name, description: manifest.summary }));
  const options = [...named].map(([name, { manifest }]): [string, Draft] => [
    name,
    { description: manifest.summary, anyOf: [reference(`${kind}.${name}`), { type: 'null' }] },
  ]);
  return {
    description: `The name of ${aKind(kind)}, or its name with its options.`,
    anyOf: [
      { anyOf: [...names, { type: 'string', pattern: `${paths}|\\$\\{` }] },
      {
        type: 'object',
        properties: { ...Object.fromEntries(options), ...extras },
        patternProperties: { [paths]: { type: ['object', 'null'] } },
        additionalProperties: false,
        minProperties: 1,
        anyOf: onePlugin(Object.keys(extras)),
      },
    ],
  };
}

/** Options of which some may be missing: another spec, a matrix or `--set` may bring them. */
function incomplete(options: Draft): Draft {
  const { required: _, ...rest } = options;
  if (rest.type === 'object' && rest.additionalProperties === false) rest.patternProperties ??= removals;
  for (const key of ['anyOf', 'oneOf']) if (rest[key]) rest[key] = (rest[key] as Draft[]).map(incomplete);
  return rest;
}

/** One key beside any of the extras. */
function onePlugin(extras: readonly string[]): Draft[] {
  const subsets = extras.reduce<string[][]>((sets, extra) => sets.concat(sets.map((set) => [...set, extra])), [[]]);
  return subsets.map((set) => ({ ...(set.length > 0 && { required: set }), maxProperties: 1 + set.length }));
}

const extrasSchemas: Partial<Record<Kind, z.ZodType>> = {
  dataset: datasetExtrasSchema,
  loss: lossExtrasSchema,
  head: headExtrasSchema,
  backbone: backboneExtrasSchema,
};

/** What may stand beside a plugin of a kind; wherever a group of parameters names an optimizer, it is any of these. */
function extrasOf(kind: Kind): Record<string, Draft> {
  const schema = extrasSchemas[kind];
  if (!schema) return {};
  const options = kind === 'loss' ? { number: reference(changing) } : {};
  const { parameters, ...others } = editorSchema(schema, options).properties as Record<string, Draft>;
  const withOptimizer = (group: Draft): Draft => {
    const own = group.properties as Record<string, Draft>;
    const { parts } = own;
    return {
      ...group,
      properties: {
        ...own,
        optimizer: { ...own.optimizer, ...reference('optimizer') },
        ...(parts && {
          parts: { ...parts, additionalProperties: withOptimizer(parts.additionalProperties as Draft) },
        }),
      },
    };
  };
  return { ...others, ...(parameters && { parameters: withOptimizer(parameters) }) };
}

function changingNumber(): Draft {
  const shapes = Object.entries(scheduledNumberSchemas).map(([name, schema]) => ({
    type: 'object',
    properties: { [name]: editorSchema(schema) },
    required: [name],
    additionalProperties: false,
  }));
  return {
    description: 'A number that changes over training: from one value to another over so many epochs or steps.',
    anyOf: shapes,
  };
}

function rangeToSearch(): Draft {
  const ends = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 };
  const shapes = Object.entries({
    uniform: ends,
    logUniform: ends,
    integer: ends,
    choice: { type: 'array', minItems: 2 },
  }).map(([name, schema]) => ({
    type: 'object',
    properties: { [name]: schema },
    required: [name],
    additionalProperties: false,
  }));
  return { description: 'Values that `search` draws from: two ends, or a choice.', anyOf: shapes };
}

/** Writes the schema as text, without what is left out. */
export async function specSchemaText(catalogue: Catalogue): Promise<string> {
  return `${JSON.stringify(await specSchema(catalogue), null, 1)}\n`;
}
