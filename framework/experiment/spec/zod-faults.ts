import type { z } from 'zod';
import { alternatives, alternativesOf, schemaAt, type JsonSchema } from '../../plugins/json-schema-of.ts';
import { schemaWords } from '../../plugins/schema-words.ts';
import type { ErrorCode } from '../../base/errors/codes.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { augmentKey } from './spec-keys.ts';
import type { FaultList } from './fault-list.ts';
import { found, nodeValue, requoted } from './node-value.ts';
import { pathText } from './spec-path.ts';
import type { MapEntry, Place, SpecNode } from './spec-node.ts';

type Issue = z.core.$ZodIssue;

/** What was checked: where it stands, by which schema, and what its keys are called. */
export interface Checked {
  readonly node: SpecNode | undefined;
  /** Where to point when the value itself is missing. */
  readonly place: Place;
  readonly path: readonly (string | number)[];
  readonly schema: JsonSchema;
  /** What a key is called: `option`, `key`. */
  readonly noun: string;
  /** Whose keys they are: `center`. */
  readonly owner: string;
  readonly code: ErrorCode;
}

/** Turns zod's issues into faults at their places. */
export function addZodFaults(issues: readonly Issue[], checked: Checked, faults: FaultList): void {
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') unknownKeys(issue.keys, issue.path, checked, faults);
    else if (issue.code === 'invalid_union' && inBranch(issue, checked, faults)) continue;
    else oneFault(issue, checked, faults);
  }
}

function oneFault(issue: Issue, checked: Checked, faults: FaultList): void {
  const { node, place } = descend(checked, issue.path);
  const schema = schemaAt(checked.schema, issue.path, checked.node && nodeValue(checked.node));
  const required = node === undefined && issue.path.length > 0;
  const standard = /^(Invalid|Too (small|big)|Unrecognized)/.test(issue.message);
  const wanted = schema ? alternatives(schema).flatMap(({ type = [] }) => type) : [];
  const quotes = issue.code === 'invalid_type' || issue.code === 'invalid_union' ? requoted(node, wanted) : undefined;
  const type =
    quotes && node?.kind === 'scalar'
      ? `, ${typeof node.value === 'string' ? 'a text' : `a ${typeof node.value}`}`
      : '';
  const value = required ? `${String(issue.path.at(-1))} is missing` : `found ${found(node)}${type}`;
  const own = issue.code === 'custom' ? issue.message : `${value}: ${issue.message}`;
  faults.add(place, {
    code: checked.code,
    path: pathOf(checked, issue.path),
    message: standard ? value : own,
    ...(issue.code !== 'custom' && { allowed: `Allowed: ${schemaWords(schema)}` }),
    ...(issue.code === 'invalid_value' &&
      node?.kind === 'scalar' &&
      typeof node.value === 'string' && { remedy: didYouMean(node.value, issue.values.map(String)) }),
    ...(quotes && { remedy: quotes }),
  });
}

function unknownKeys(keys: readonly string[], at: readonly PropertyKey[], checked: Checked, faults: FaultList): void {
  const parent = descend(checked, at);
  const open = alternativesOf(
    schemaAt(checked.schema, at, checked.node && nodeValue(checked.node)) ?? {},
    parent.node && nodeValue(parent.node),
  );
  const names = [...new Set(open.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const owner = at.length > 0 ? String(at.at(-1)) : checked.owner;
  for (const key of keys) {
    const entry = parent.node?.kind === 'map' ? parent.node.entries.get(key) : undefined;
    addUnknownKey(
      entry ?? { place: parent.place },
      { key, path: pathOf(checked, [...at, key]), names, noun: checked.noun, owner, code: checked.code },
      faults,
    );
  }
}

/** Reports a key that nothing answers to; one that a matrix or `--set` brought is called a path that names nothing. */
export function addUnknownKey(
  { place }: Pick<MapEntry, 'place'>,
  unknown: { key: string; path: string; names: readonly string[]; noun: string; owner: string; code: ErrorCode },
  faults: FaultList,
): void {
  const { key, path, names, noun, owner, code } = unknown;
  const plain = `unknown ${noun} ${JSON.stringify(key)}`;
  const plural = `${noun[0]!.toUpperCase()}${noun.slice(1)}s`;
  faults.add(place, {
    code,
    path,
    message: place.origin ? `the ${place.origin} path names nothing: ${plain}` : plain,
    allowed: names.length ? `${plural} of ${owner}: ${names.join(', ')}` : `${owner} has no ${noun}s`,
    remedy:
      didYouMean(key, names) ??
      (key === augmentKey && path !== augmentKey
        ? 'It is a key of the spec itself, beside dataset: augment: {train: [horizontal-flip, pad-crop: {padding: 2}]}'
        : undefined),
  });
}

/** The faults within the one alternative that the value was meant for, where that can be told. */
function inBranch(issue: Extract<Issue, { code: 'invalid_union' }>, checked: Checked, faults: FaultList): boolean {
  const meant = issue.errors.filter((branch) => !branch.some(isOfAnotherShape));
  const chosen =
    meant.length > 1
      ? meant.filter((branch) => !branch.some(({ code, path }) => code === 'invalid_value' && path.length === 1))
      : meant;
  if (chosen.length !== 1) return false;
  const inner = chosen[0]!.map((one) => ({ ...one, path: [...issue.path, ...one.path] }) as Issue);
  addZodFaults(inner, checked, faults);
  return true;
}

/** Tells whether an issue says of the value as a whole that it is something else: a list where a map stands. */
function isOfAnotherShape(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union')
    return issue.errors.length > 0 && issue.errors.every((branch) => branch.some(isOfAnotherShape));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

/** Finds the node at a path, and the nearest place that stands in the spec. */
export function descend(
  { node, place }: Pick<Checked, 'node' | 'place'>,
  path: readonly PropertyKey[],
): { node: SpecNode | undefined; place: Place } {
  let here = node;
  let nearest = node?.place ?? place;
  for (const key of path) {
    const next =
      here?.kind === 'map'
        ? here.entries.get(String(key))?.value
        : here?.kind === 'list'
          ? here.items[Number(key)]
          : undefined;
    nearest = next?.place ?? nearest;
    here = next;
  }
  return { node: here, place: nearest };
}

function pathOf(checked: Checked, path: readonly PropertyKey[]): string {
  return pathText([...checked.path, ...path.map((key) => (typeof key === 'number' ? key : String(key)))]);
}
