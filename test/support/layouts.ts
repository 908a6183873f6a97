import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginManifest } from 'ablate-ml';
import type { z } from 'zod';
import { listItems, type ListedItems } from '../../framework/data/splits/list-items.ts';

const layouts = fileURLToPath(new URL('../reference/layouts/', import.meta.url));

/** What must be read from a small tree in the layout of a published data set. */
export interface ExpectedLayout {
  /** Folder to give to the data set, absolute. */
  readonly root: string;
  readonly classNames: readonly string[];
  readonly superClassNames: Readonly<Record<string, string>>;
  readonly splits: Readonly<Record<string, Readonly<Record<string, { images: number; classes: number }>>>>;
  readonly queries: Readonly<Record<string, { relevant: string[]; ignored: string[] }>>;
  readonly items: readonly ExpectedItem[];
}

/** An image of a tree, with its role under the name of each split. */
export interface ExpectedItem {
  readonly path: string;
  readonly class: number | string | null;
  readonly box?: readonly number[];
  readonly superClass?: number | string;
  readonly camera?: number;
  readonly [further: string]: unknown;
}

/** Reads what a tree's `expected.json` says. */
export function expectedLayout(name: string): ExpectedLayout {
  const read = JSON.parse(readFileSync(path.join(layouts, name, 'expected.json'), 'utf8')) as ExpectedLayout;
  return { ...read, root: path.join(layouts, name, read.root) };
}

/** Lists what a data set reads by its options, and hears its warnings. */
export async function listed<Schema extends z.ZodType>(
  plugin: Pick<PluginManifest<'dataset', Schema>, 'schema' | 'inspect'>,
  options: object,
): Promise<ListedItems & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const listing = await plugin.inspect!(plugin.schema.parse(options), {
    baseDirectory: layouts,
    cacheDirectory: layouts,
    offline: true,
    warn: (message) => warnings.push(message),
  });
  if (!listing) throw new Error('The data set lists nothing.');
  return { ...listItems(listing), warnings };
}

/** Roles as `expected.json` names them. */
const roleNames: Readonly<Record<string, string>> = { query: 'probe', val: 'validation' };

/**
 * Gives path, role, class and chosen columns of each image that a tree must have in a split, in order of path.
 *
 * @param name of the split: a key of the items
 * @param more of an item, as columns
 */
export function expectedItems(
  { items }: Pick<ExpectedLayout, 'items'>,
  name: string,
  classOf: (item: ExpectedItem) => string | null,
  more: (item: ExpectedItem) => Record<string, unknown> = () => ({}),
): object[] {
  return items
    .filter((item) => typeof item[name] === 'string' && item[name] !== 'junk' && item[name] !== 'ignored')
    .map((item) => {
      const role = String(item[name]);
      return { path: item.path, role: roleNames[role] ?? role, class: classOf(item), columns: more(item) };
    })
    .sort(byPath);
}

/** Sorts what a data set lists as `expectedItems` is, with some of its columns. */
export const itemsByPath = ({ items }: Pick<ListedItems, 'items'>, ...columns: readonly string[]): object[] =>
  items
    .map((item) => ({ ...item, columns: Object.fromEntries(columns.map((name) => [name, item.columns[name]])) }))
    .sort(byPath);

const byPath = (one: { path: string | null }, other: { path: string | null }): number =>
  one.path! < other.path! ? -1 : 1;
