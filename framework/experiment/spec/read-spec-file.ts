import { basename, dirname, resolve } from 'node:path';
import { readRegularFile, UnreadableFile } from '../../base/system/read-regular-file.ts';
import type { FaultList } from './fault-list.ts';
import { interpolate } from './interpolate.ts';
import { mergeSpecs } from './merge-specs.ts';
import { found } from './node-value.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { parseSpec } from './parse-spec.ts';
import type { MapEntry, MapNode, Place, SpecNode } from './spec-node.ts';

const maxBytes = 1 << 20;

/** A spec file with those that it extends, merged: one of those that a matrix over its parents makes of it. */
export interface SpecVariant {
  readonly tree: MapNode;
  /** The value of `matrix.extends` that it has. */
  readonly parent?: MapEntry;
}

/** What reading one file of a chain goes by. */
interface Reading {
  readonly env: NodeJS.ProcessEnv;
  readonly faults: FaultList;
  /** Where the file was named by another's `extends`. */
  readonly askedAt: Place;
  /** Absolute paths of the files that led here, to refuse cycles. */
  readonly chain: readonly string[];
}

/**
 * Reads a spec file and those it extends, merged; values keep the place in the file that holds them. `extends` names
 * one or several, of which a later one goes over the earlier; `matrix: {extends: [a.yaml, b.yaml]}` makes a variant
 * with each.
 *
 * @returns undefined where it cannot be read; the faults say why
 */
export async function readSpecFile(
  file: string,
  env: NodeJS.ProcessEnv,
  faults: FaultList,
): Promise<SpecVariant[] | undefined> {
  return readVariants(file, { env, faults, askedAt: { file, line: 0, column: 0 }, chain: [] });
}

async function readVariants(file: string, reading: Reading): Promise<SpecVariant[] | undefined> {
  const { faults, askedAt, chain } = reading;
  const text = await readText(file, faults, askedAt, chain.length > 0 ? 'extends' : '');
  if (text === undefined) return undefined;
  const root = parseSpec(text, file, faults);
  if (!root) return undefined;
  if (root.kind !== 'map') {
    faults.add(root.place, {
      path: '',
      message: `a spec is a map, found ${root.kind === 'list' ? found(root) : 'a text'}`,
      remedy: 'Begin with "name: ..." and "dataset: ..."',
    });
    return undefined;
  }
  const { own, parents, axis } = parted(root);
  const asked = (node: SpecNode, path: string): Promise<SpecVariant[] | undefined> =>
    readParents(node, path, { ...reading, chain: [...chain, file] });
  let variants: SpecVariant[] | undefined = parents ? await asked(parents, 'extends') : [];
  if (axis) {
    if (axis.kind !== 'list' || axis.items.length === 0) {
      faults.add(axis.place, {
        path: 'matrix.extends',
        message: `found ${found(axis)}`,
        allowed: 'Allowed: a list of paths of specs, or of lists of them',
      });
      return undefined;
    }
    const below = variants;
    const each: SpecVariant[] = [];
    for (const item of axis.items) {
      const over = await asked(item, 'matrix.extends');
      if (!below || !over) {
        variants = undefined;
        continue;
      }
      if ([...below, ...over].some(({ parent }) => parent))
        faults.add(axis.place, {
          path: 'matrix.extends',
          message: 'what this spec extends has a matrix over its own parents',
          remedy: 'Keep one of the two',
        });
      const parent: MapEntry = { place: { ...item.place, origin: 'matrix' }, value: item };
      each.push(...crossed(below, over, faults, item.place).map(({ tree }) => ({ tree, parent })));
    }
    variants &&= each;
  }
  if (!variants) return undefined;
  if (variants.length === 0) return [{ tree: own }];
  return variants.map(({ tree, ...rest }) => ({ ...rest, tree: mergeSpecs(tree, own, faults) }));
}

/** A file's own values, what it extends, and what it extends in turn. */
function parted(root: MapNode): { readonly own: MapNode; readonly parents?: SpecNode; readonly axis?: SpecNode } {
  const without = (node: MapNode, key: string): MapNode => ({
    ...node,
    entries: new Map([...node.entries].filter(([one]) => one !== key)),
  });
  const parents = root.entries.get('extends')?.value;
  const matrix = root.entries.get('matrix');
  const axis = matrix?.value.kind === 'map' ? matrix.value.entries.get('extends')?.value : undefined;
  const own = without(root, 'extends');
  if (!axis) return { own, ...(parents && { parents }) };
  const rest = without(matrix!.value as MapNode, 'extends');
  const entries = new Map(own.entries);
  if (rest.entries.size > 0) entries.set('matrix', { place: matrix!.place, value: rest });
  else entries.delete('matrix');
  return { own: { ...own, entries }, ...(parents && { parents }), axis };
}

/** Each of `above` over each of `below`; the axis of a matrix is kept from whichever has one. */
function crossed(
  below: readonly SpecVariant[],
  above: readonly SpecVariant[],
  faults: FaultList,
  place: Place,
): SpecVariant[] {
  if (below.length === 0) return [...above];
  if ([below, above].every((one) => one.some(({ parent }) => parent)))
    faults.add(place, {
      path: 'extends',
      message: 'two of these specs have a matrix over their parents',
      remedy: 'Keep one of the two',
    });
  return below.flatMap((base) =>
    above.map((own) => {
      const parent = own.parent ?? base.parent;
      return { tree: mergeSpecs(base.tree, own.tree, faults), ...(parent && { parent }) };
    }),
  );
}

/** Reads the spec, or the specs of a list, that `extends` names. */
async function readParents(node: SpecNode, path: string, reading: Reading): Promise<SpecVariant[] | undefined> {
  const { env, faults, chain } = reading;
  let variants: SpecVariant[] | undefined = [];
  const targets = node.kind === 'list' && node.items.length > 0 ? node.items : [node];
  for (const one of targets) {
    const target = interpolate(one, env, faults, [path]);
    if (target.kind !== 'scalar' || typeof target.value !== 'string' || target.pieces) {
      faults.add(target.place, {
        path,
        message: `found ${found(target)}`,
        allowed: 'Allowed: the path of another spec, or a list of them; of ${…} only ${env:NAME}',
      });
      variants = undefined;
      continue;
    }
    const base = pathOf(target.place.file, target.value);
    if (chain.includes(base)) {
      const circle = [...chain.slice(chain.indexOf(base)), base].map((name) => basename(name)).join(' → ');
      faults.add(target.place, {
        path,
        message: `the specs extend each other in a circle: ${circle}`,
        remedy: 'Remove one "extends"',
      });
      variants = undefined;
      continue;
    }
    const read = await readVariants(base, { ...reading, askedAt: target.place });
    variants = variants && read && crossed(variants, read, faults, target.place);
  }
  return variants;
}

const pathOf = (file: string, relative: string): string => resolve(dirname(file), relative);

async function readText(
  file: string,
  faults: FaultList,
  askedAt: Place,
  specPath: string,
): Promise<string | undefined> {
  const unreadable = (message: string, remedy?: string): undefined => {
    faults.add(askedAt, { code: 'SPEC_NOT_FOUND', path: specPath, message, remedy });
    return undefined;
  };
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file, maxBytes);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { code, message } = error;
    const why =
      { EISDIR: `${message}, not a spec`, ENODEV: `${message}, not a spec`, EFBIG: `${message}, which is no spec` }[
        code
      ] ?? message;
    const setting = /(?:^|[\\/])([\w.[\]"-]+=[^\\/]*)$/.exec(file)?.[1];
    const missing =
      setting !== undefined ? `Did you mean --set ${setting}? Each value has a --set of its own` : 'Check the path';
    const remedy = { ENOENT: missing, EFBIG: `A spec has at most ${maxBytes.toLocaleString('en')} bytes` }[code];
    return unreadable(specPath ? `${why}: ${shownFile(file)}` : why, remedy);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder('utf-8').decode(bytes).split('\ufffd', 1)[0]!.split('\n');
    faults.add(
      { file, line: lines.length, column: lines.at(-1)!.length + 1 },
      { code: 'SPEC_SYNTAX', path: '', message: 'the file is not UTF-8 text', remedy: 'Save it as UTF-8' },
    );
    return undefined;
  }
}
