import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kindNames } from '../../../framework/plugins/kinds.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { optionTable } from '../../../framework/plugins/option-table.ts';
import { specSchemaText } from '../../../framework/experiment/spec/spec-schema.ts';
import { root } from '#test/plugin-folders';

interface Definition {
  readonly properties?: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
  readonly anyOf?: readonly Definition[];
}

const catalogue = await createCatalogue();
let schema: { readonly definitions: Readonly<Record<string, Definition>> };
let accepts: (spec: unknown) => string;
beforeAll(async () => {
  schema = JSON.parse(await specSchemaText(catalogue)) as typeof schema;
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
    allErrors: true,
    allowUnionTypes: true,
    allowMatchingProperties: true,
  });
  const validate = ajv.compile(schema);
  accepts = (spec) => (validate(spec) ? '' : ajv.errorsText(validate.errors));
});

const specs = ['experiments', 'test']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
  )
  .filter((file) => file.endsWith('.yaml') && !/node_modules|cli\/wrong/.test(file))
  .sort();

describe('the schema for editors', () => {
  it.each(specs)('accepts %s', (file) => {
    expect(accepts(parse(readFileSync(path.join(root, file), 'utf8')))).toBe('');
  });

  it.each(specs.filter((file) => file.startsWith('experiments')))(
    '%s begins with the line that leads an editor to it',
    (file) => {
      const [, target] =
        /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path.join(root, file), 'utf8')) ?? [];
      expect(path.resolve(root, path.dirname(file), target ?? '')).toBe(path.join(root, 'ablate.schema.json'));
    },
  );

  it('has every option of every plugin, with its meaning and its default', async () => {
    for (const kind of kindNames) {
      for (const { manifest } of await catalogue.builtIn(kind)) {
        const definition = schema.definitions[`${kind}.${manifest.name}`]!;
        const properties = Object.assign(
          {},
          ...[definition, ...(definition.anyOf ?? [])].map((one) => one.properties ?? {}),
        ) as NonNullable<Definition['properties']>;
        for (const { option, default: fallback } of optionTable(manifest.schema)) {
          expect(properties[option]?.description, `${kind}/${manifest.name}: ${option}`).toMatch(/^\p{Lu}|^\P{L}/u);
          expect(properties[option]?.default, `${kind}/${manifest.name}: ${option}`).toEqual(fallback);
        }
      }
    }
  });

  const good = { dataset: 'glyphs', backbone: { mlp: { embedding: 2 } }, head: { linear: {} }, losses: ['softmax'] };
  it.each([
    ['a misspelled key', { ...good, los: [] }],
    ['a misspelled plugin', { ...good, dataset: 'glyph' }],
    ['a misspelled plugin with options', { ...good, backbone: { mpl: {} } }],
    ['a misspelled option', { ...good, losses: [{ center: { lamda: 1 } }] }],
    ['a text for a number', { ...good, losses: [{ center: { lambda: 'much' } }] }],
    ['a number out of range', { ...good, train: { epochs: 0 } }],
    ['a plugin of another kind', { ...good, head: { mlp: {} } }],
    ['two losses in one place', { ...good, losses: [{ softmax: {}, center: {} }] }],
    ['no losses and nothing that brings them', { dataset: 'glyphs', backbone: 'mlp' }],
  ])('refuses %s', (_, spec) => expect(accepts(spec)).not.toBe(''));

  it.each([
    [
      'interpolations',
      {
        ...good,
        seed: '${env:SEED:-1}',
        train: { epochs: '${env:EPOCHS}' },
        dataset: { glyphs: { classes: '${env:CLASSES}' } },
      },
    ],
    ['paths, with options or without', { ...good, losses: ['./my-loss.ts', { '../other.js': { factor: 1 } }] }],
    [
      'a weight, and a number that changes',
      {
        ...good,
        losses: [
          { softmax: null, weight: 2 },
          {
            center: { lambda: { linear: { from: 0, to: 1, epochs: 5 } } },
            weight: { cosine: { from: 1, to: 0, steps: 9 } },
            parameters: { rateMultiple: 2, optimizer: { sgd: { momentum: 0 } } },
          },
        ],
      },
    ],
    ['what a matrix brings', { dataset: 'glyphs', backbone: 'mlp', matrix: { losses: [['softmax']], seed: [1, 2] } }],
  ])('accepts %s', (_, spec) => expect(accepts(spec)).toBe(''));
});
