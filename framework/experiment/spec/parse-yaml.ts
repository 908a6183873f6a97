import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import type { FaultList } from './fault-list.ts';
import { found } from './node-value.ts';
import { guardInterpolations, unguardInterpolations } from './interpolation-guard.ts';
import { pathText } from './spec-path.ts';
import type { MapEntry, Place, ScalarNode, SpecNode } from './spec-node.ts';

const coreTag = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;
/** Where the parser's words end and the file's own begin. */
const echo = /\b(characters|token|tag|found): .*$/s;
const maxValues = 100_000;

const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Spaces that are no plain space, and characters of no width: what a word processor or a web page leaves in a text. */
const invisible = /[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]/;

/** Finds the innermost `{` or `[` that is opened and never closed. */
function openBracket(node: Node | null): { readonly offset: number; readonly source: string } | undefined {
  if (!isMap(node) && !isSeq(node)) return undefined;
  const children = isMap(node)
    ? node.items.flatMap(({ key, value }) => [key as Node | null, value as Node | null])
    : (node.items as Node[]);
  for (const child of children) {
    const inner = openBracket(child);
    if (inner) return inner;
  }
  const token = node.srcToken;
  if (
    token?.type !== 'flow-collection' ||
    token.end.some(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end')
  )
    return undefined;
  return { offset: token.offset, source: token.start.source };
}

/** Refuses a text that was surely meant as another: a Windows path in double quotes, in which `\n` is a new line. */
function checkScalar(
  type: string | undefined,
  value: unknown,
  source: string,
  refuse: (message: string, remedy: string) => void,
): void {
  if (type !== 'QUOTE_DOUBLE' || typeof value !== 'string' || !/^"[A-Za-z]:\\/.test(source) || !/\p{Cc}/u.test(value))
    return;
  refuse(
    `in double quotes a backslash begins an escape, so ${source} is no path`,
    `Write '${source.slice(1, -1)}' in single quotes`,
  );
}

/**
 * Parses one YAML document into nodes that know their places. Data only: tags that are not YAML's own core are refused.
 *
 * @param placed turns line and column, from 1, into a place
 * @param byHand whether a person wrote it, so that what was surely meant otherwise is refused
 * @returns undefined where the text cannot be read at all; the faults say why
 */
export function parseYaml(
  text: string,
  placed: (line: number, column: number) => Place,
  faults: FaultList,
  byHand = true,
): SpecNode | undefined {
  const counter = new LineCounter();
  const documents = parseAllDocuments(guardInterpolations(text), {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: 'silent',
    keepSourceTokens: true,
    uniqueKeys: false,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return placed(line || 1, col || 1);
  };
  const syntaxFault = (offset: number, message: string, remedy?: string, path = ''): void =>
    faults.add(placeAt(offset), { code: 'SPEC_SYNTAX', path, message, remedy });

  const [document, second] = documents;
  if (!document || !('contents' in document) || !document.contents) {
    syntaxFault(0, 'nothing is written here', 'A spec has at least dataset, backbone and losses');
    return undefined;
  }
  if (second) {
    syntaxFault(
      second.range[0],
      'a second YAML document begins here',
      'A spec is one document: remove the line "---" or make it a file of its own',
    );
    return undefined;
  }
  let broken = false;
  for (const error of document.errors) {
    if (broken) break;
    // What follows a parser's first error is mostly its echo.
    const tooDeep = error.message.includes('call stack');
    const why = tooDeep ? 'this is nested too deeply' : unguardInterpolations(error.message.replace(echo, '$1'));
    const bracket = tooDeep ? undefined : openBracket(document.contents as Node | null);
    if (bracket)
      syntaxFault(
        bracket.offset,
        `the "${bracket.source}" that opens here is never closed`,
        `Write the "${closers[bracket.source]}" that belongs to it, before line ${placeAt(error.pos[0]).line}`,
      );
    else syntaxFault(error.pos[0], `not valid YAML: ${why}`);
    broken = true;
  }
  if (broken) return undefined;

  let values = 0;
  const open = new Set<Node>();
  const targets = aliasTargets(document);
  const plainText = (node: { type?: string }): boolean => node.type === 'PLAIN' || node.type === undefined;

  const convert = (node: Node | null, fallback: Place, path: readonly (string | number)[]): SpecNode => {
    const place = node?.range ? placeAt(node.range[0]) : fallback;
    const nothing: ScalarNode = { kind: 'scalar', value: null, place, plain: true };
    if (!node || ++values > maxValues) return nothing;
    if (isAlias(node)) {
      const target = targets.get(node);
      if (!target || open.has(target)) {
        syntaxFault(
          node.range![0],
          target
            ? `the anchor "${node.source}" contains itself`
            : `no anchor "&${node.source}" comes before this alias`,
          undefined,
          pathText(path),
        );
        return nothing;
      }
      return convert(target, place, path);
    }
    if (node.tag !== undefined && !coreTag.test(node.tag)) {
      const tag = node.tag.replace('tag:yaml.org,2002:', '!!');
      syntaxFault(
        Math.max(0, text.lastIndexOf('!', node.range![0])),
        `the tag "${tag}" is not allowed`,
        'A spec is plain data: remove the tag',
        pathText(path),
      );
      broken = true;
    }
    open.add(node);
    let result: SpecNode = nothing;
    if (isScalar(node)) {
      const value = typeof node.value === 'string' ? unguardInterpolations(node.value) : node.value;
      const kept =
        value === null || ['string', 'number', 'boolean'].includes(typeof value)
          ? (value as ScalarNode['value'])
          : String(value);
      const source =
        typeof kept === 'string' || node.source === undefined ? {} : { source: unguardInterpolations(node.source) };
      result = { kind: 'scalar', value: kept, place, plain: plainText(node), ...source };
      if (byHand)
        checkScalar(node.type, value, text.slice(node.range![0], node.range![1]), (message, remedy) =>
          syntaxFault(node.range![0], message, remedy, pathText(path)),
        );
    } else if (isSeq(node)) {
      result = {
        kind: 'list',
        items: node.items.map((item, index) => convert(item as Node | null, place, [...path, index])),
        place,
      };
    } else if (isMap(node)) {
      const entries = new Map<string, MapEntry>();
      const inherited: MapEntry[] = [];
      const met = new Set<string>();
      for (const pair of node.items) {
        if (!isPair(pair) || !isScalar(pair.key) || pair.key.value === null) {
          syntaxFault(
            (pair.key as Node | null)?.range?.[0] ?? node.range![0],
            'a key must be plain text',
            undefined,
            pathText(path),
          );
          continue;
        }
        const keyPlace = placeAt(pair.key.range![0]);
        const key = unguardInterpolations(String(pair.key.value));
        if (byHand && plainText(pair.key) && invisible.test(key)) {
          const character = `U+${invisible.exec(key)![0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
          syntaxFault(
            pair.key.range![0],
            `the key ${JSON.stringify(key.trim())} is written with ${character}, a character that looks like a space or like nothing`,
            'Write plain spaces in its place',
            pathText(path),
          );
          continue;
        }
        // The parser's own check compares each key with each.
        if (met.has(key))
          syntaxFault(
            pair.key.range![0],
            `the key ${JSON.stringify(key)} is written twice in one map`,
            key === '<<' ? 'Write one "<<: [*a, *b]"' : 'Remove one of the two',
          );
        met.add(key);
        const value = convert(pair.value as Node | null, keyPlace, [...path, key]);
        if (key === '<<' && plainText(pair.key)) inherited.push({ place: keyPlace, value });
        else entries.set(key, { place: keyPlace, value });
      }
      for (const { place: mergePlace, value } of inherited) {
        for (const source of value.kind === 'list' ? value.items : [value]) {
          if (source.kind === 'map')
            source.entries.forEach((entry, key) => entries.has(key) || entries.set(key, entry));
          else
            faults.add(mergePlace, {
              code: 'SPEC_SYNTAX',
              path: pathText(path),
              message: `the merge key "<<" takes a map, found ${found(source)}`,
            });
        }
      }
      result = { kind: 'map', entries, place };
    }
    open.delete(node);
    return result;
  };
  const root = convert(document.contents as Node, placeAt(0), []);
  if (values > maxValues) {
    syntaxFault(
      0,
      `aliases expand this file to more than ${maxValues.toLocaleString('en')} values`,
      'Remove aliases that repeat whole blocks',
    );
    broken = true;
  }
  return broken ? undefined : root;
}

/** Finds what each alias of a document stands for, all in one pass: the last anchor of its name before it. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) return void (node.anchor !== undefined && anchors.set(node.anchor, node));
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
    },
  });
  return targets;
}
