import fc from 'fast-check';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { FaultList } from './fault-list.ts';
import { interpolate } from './interpolate.ts';
import { guardInterpolations, unguardInterpolations } from './interpolation-guard.ts';
import { nodeValue, valueNode } from './node-value.ts';
import { parseYaml } from './parse-yaml.ts';
import { readResolvedSpec } from './read-resolved-spec.ts';
import { PathProblem, setAt } from './set-at.ts';
import type { MapNode } from './spec-node.ts';
import { parsePath, pathText } from './spec-path.ts';
import type { RunSpec } from './spec.ts';
import { writeSpec } from './write-spec.ts';

const place = { file: '/spec.yaml', line: 1, column: 1 };
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '${env:A}',
    '$${env:A}',
    '$$${x}',
    '${',
    'null',
    '5e-4',
    '0x1f',
    '~',
    ' a ',
    '- b',
    'a: b',
    '#',
    "'",
    '"',
    '\n',
    '<<',
    '__proto__',
  ),
);
const key = fc.string({ minLength: 1, unit: 'grapheme' });
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value')),
  ),
})).value;

test('a path reads back as its keys', () => {
  fc.assert(
    fc.property(
      fc.array(key, { minLength: 1 }).filter(([first]) => first !== 'matrix'),
      (keys) => {
        expect(parsePath(pathText(keys))).toEqual(keys);
      },
    ),
  );
});

test('guarding interpolations keeps every position and undoes itself', () => {
  fc.assert(
    fc.property(
      fc.array(text).map((parts) => parts.join('')),
      (whole) => {
        const guarded = guardInterpolations(whole);
        expect(guarded).toHaveLength(whole.length);
        expect(unguardInterpolations(guarded)).toBe(whole);
      },
    ),
  );
});

test('a spec without interpolations parses as the yaml package parses it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(key, fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom('a', 'b c', 'true', '1')), {
        minKeys: 1,
      }),
      (value) => {
        const source = JSON.stringify(value);
        const faults = new FaultList();
        const node = parseYaml(source, (line, column) => ({ file: '/spec.yaml', line, column }), faults);
        expect(faults.faults).toEqual([]);
        expect(nodeValue(node!)).toEqual(parse(source, { merge: false }));
      },
    ),
  );
});

test('a value from the environment arrives as it is, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
      const quoted = { kind: 'scalar', value: 'a ${env:VALUE} b', place, plain: false } as const;
      expect(nodeValue(interpolate(quoted, { VALUE: value }, new FaultList()))).toBe(`a ${value} b`);
    }),
  );
});

test('what is set at a path is found there, and nothing else changes', () => {
  fc.assert(
    fc.property(fc.dictionary(key, json), fc.array(key, { minLength: 1, maxLength: 4 }), json, (tree, path, value) => {
      const before = JSON.stringify(tree);
      const root = valueNode(tree, place) as MapNode;
      const set = setAt(root, path, valueNode(value, place), place);
      expect(JSON.stringify(nodeValue(root))).toBe(before);
      if (set instanceof PathProblem) return;
      const after = nodeValue(set) as Record<string, unknown>;
      expect(path.reduce<unknown>((inner, one) => (inner as Record<string, unknown>)[one], after)).toEqual(value);
      for (const other of Object.keys(tree).filter((one) => one !== path[0])) expect(after[other]).toEqual(tree[other]);
    }),
  );
});

test('a resolved spec reads back the same', () => {
  const use = fc.record({
    plugin: fc.stringMatching(/^[a-z@./-]{1,12}$/).filter((name) => name !== 'weight'),
    options: fc.dictionary(key, json),
  });
  const spec = fc.record({
    name: text,
    description: text,
    seed: fc.nat(),
    device: fc.constant('cpu'),
    threads: fc.constant(1),
    dataset: use,
    sampler: use,
    backbone: use,
    head: fc.option(use),
    optimizer: use,
    schedule: use,
    losses: fc.array(
      fc.record({ plugin: fc.constant('center'), options: fc.dictionary(key, json), weight: fc.constant(1) }),
      { minLength: 1, maxLength: 3 },
    ),
    train: fc.constant({
      epochs: 1,
      batch: 1,
      steps: null,
      checkpointEvery: 1,
      keep: 1,
      validateEvery: 1,
      clipGradientNorm: null,
    }),
    evaluate: fc.array(use, { maxLength: 2 }),
    figures: fc.array(use, { maxLength: 2 }),
    tracking: fc.array(use, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(spec, (value) => {
      const written = writeSpec({ spec: value as RunSpec, secrets: {} });
      expect(readResolvedSpec(written, '/spec.yaml', { A: 'changed' })).toEqual(value);
    }),
  );
});
