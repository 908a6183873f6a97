import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Kind } from '../../contracts/plugin.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import type { PluginUse, RunSpec } from '../../experiment/spec/spec.ts';
import { usesOf } from './plugin-facts.ts';

/** A file, or a folder whose files are too many to be listed one by one, that a run's spec names. */
export interface DataFact {
  /** Kind of the plugin and path of its option: `dataset.images`. */
  readonly option: string;
  /** What the option says. */
  readonly root: string;
  /** Path below it; empty for itself. */
  readonly path: string;
  /** Files that this stands for. */
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of the content; for several files, of their names, sizes and contents. */
  readonly sha256: string;
  /** False where the files were too large or too many to be read: names and sizes alone then decide `sha256`. */
  readonly read: boolean;
}

/** A file; its `version` changes whenever it is written. */
interface Size {
  readonly below: readonly string[];
  readonly bytes: number;
  readonly version: string;
}

/** A file on its way into a fact. */
interface Found {
  readonly below: readonly string[];
  readonly bytes: number;
  readonly mark: string;
  readonly read: boolean;
}

/** Bytes and files of which the content is read for one run: a few seconds' worth. */
const budget = { bytes: 2 * 2 ** 30, files: 100_000 };
/** Smaller files are read at once. */
const small = 1 << 20;
/** Files under way at once. */
const together = 64;
/** Facts a named folder; beyond, whole subfolders become one. */
const maxFacts = 2000;
/** Files a named folder; what holds more is hardly a data set. */
const maxFiles = 2_000_000;

const hashes = new Map<string, Promise<string>>();

/** The file's SHA-256; read once a process while it stays as it is, so that a matrix reads its data once. */
function sha256Of(file: string, { bytes, version }: Size): Promise<string> {
  const key = `${file} ${version}`;
  const known = hashes.get(key) ?? hashFile(file, bytes);
  hashes.set(key, known);
  return known;
}

async function hashFile(file: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes <= small) return hash.update(await readFile(file)).digest('hex');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Texts within a plugin's options that name something on the disk, with the option's path. */
async function pathsIn(options: unknown, option: string, from: string): Promise<{ option: string; root: string }[]> {
  if (typeof options === 'string') {
    if (options === '' || options.length > 4096 || /^[a-z][a-z0-9+.-]+:\/\//i.test(options) || options.includes('\0'))
      return [];
    return stat(path.resolve(from, options)).then(
      () => [{ option, root: options }],
      () => [],
    );
  }
  if (options === null || typeof options !== 'object') return [];
  return (
    await Promise.all(Object.entries(options).map(([key, inner]) => pathsIn(inner, `${option}.${key}`, from)))
  ).flat();
}

/** Many at a time, in order. */
async function mapTogether<From, To>(items: readonly From[], map: (item: From) => Promise<To>): Promise<To[]> {
  const mapped: To[] = [];
  for (let at = 0; at < items.length; at += together)
    mapped.push(...(await Promise.all(items.slice(at, at + together).map(map))));
  return mapped;
}

async function sizeOf(root: string, below: readonly string[]): Promise<Size | undefined> {
  const found = await stat(path.join(root, ...below)).catch(() => undefined);
  return found?.isFile() ? { below, bytes: found.size, version: `${found.size} ${found.mtimeMs}` } : undefined;
}

/** Sizes of all files at or below a path, by name; undefined where they are too many. */
async function sizesBelow(root: string): Promise<Size[] | undefined> {
  const whole = await sizeOf(root, []);
  if (whole) return [whole];
  const names: string[][] = [];
  const open: string[][] = [[]];
  for (let below = open.pop(); below; below = open.pop()) {
    for (const entry of await readdir(path.join(root, ...below), { withFileTypes: true }))
      (entry.isDirectory() ? open : names).push([...below, entry.name]);
    if (names.length > maxFiles) return undefined;
  }
  const found = (await mapTogether(names, (below) => sizeOf(root, below))).flatMap((size) => size ?? []);
  return found.sort((one, other) => (one.below.join('/') < other.below.join('/') ? -1 : 1));
}

/** Groups files by their first path components, as many as keep the facts few. */
function facts(named: { option: string; root: string }, files: readonly Found[]): DataFact[] {
  const deepest = Math.max(0, ...files.map(({ below }) => below.length));
  for (let depth = deepest; ; depth--) {
    const groups = new Map<string, Found[]>();
    for (const file of files) {
      const key = file.below.slice(0, depth).join('/');
      const group = groups.get(key);
      if (group) group.push(file);
      else groups.set(key, [file]);
    }
    if (groups.size > maxFacts && depth > 0) continue;
    return [...groups].map(([at, group]) => {
      const text = group.map(({ below, mark }) => `${below.join('/')} ${mark}\n`).join('');
      const isOne = group.length === 1 && group[0]!.below.length <= depth;
      return {
        ...named,
        path: at,
        files: group.length,
        bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
        sha256: isOne && group[0]!.read ? group[0]!.mark : createHash('sha256').update(text).digest('hex'),
        read: group.every(({ read }) => read),
      };
    });
  }
}

/** What a plugin reads beside what its options name. One that is missing is no fact; composing the run says so. */
async function filesBeside(
  kind: Kind,
  { plugin, options }: PluginUse,
  from: string,
  catalogue: Catalogue | undefined,
): Promise<{ option: string; root: string }[]> {
  if (!catalogue || (kind !== 'dataset' && kind !== 'backbone')) return [];
  const { manifest } = await catalogue.load(kind, plugin, from);
  const found = (await manifest.files?.(options, from).catch(() => undefined)) ?? {};
  return Object.entries(found).flatMap(([option, files]) =>
    files.map((file) => ({ option: `${kind}.${option}, ${path.basename(file)}`, root: path.relative(from, file) })),
  );
}

/**
 * Fingerprints of everything on this disk that the options of a spec name, but for its figures and tracking: a run that
 * comes out otherwise can then be traced to a file. What cannot be read is left out; composing the run says why.
 *
 * @param from folder that relative paths start at
 * @param catalogue plugins that may read more than their options name
 */
export async function dataFacts(spec: RunSpec, from: string, catalogue?: Catalogue): Promise<DataFact[]> {
  const all: DataFact[] = [];
  const seen = new Set<string>();
  let [bytesLeft, filesLeft] = [budget.bytes, budget.files];
  for (const { kind, use } of usesOf(spec)) {
    if (kind === 'figure' || kind === 'tracker') continue;
    for (const named of [
      ...(await pathsIn({ ...use.options, ...('teacher' in use && { teacher: use.teacher }) }, kind, from)),
      ...(await filesBeside(kind, use, from, catalogue)),
    ]) {
      const root = path.resolve(from, named.root);
      if (seen.has(root)) continue;
      seen.add(root);
      const sizes = (await sizesBelow(root).catch(() => undefined)) ?? [];
      const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
      const read = total <= bytesLeft && sizes.length <= filesLeft;
      if (read) [bytesLeft, filesLeft] = [bytesLeft - total, filesLeft - sizes.length];
      const mark = (size: Size): Promise<string> =>
        sha256Of(path.join(root, ...size.below), size).catch(() => 'unreadable');
      all.push(
        ...facts(
          named,
          await mapTogether(sizes, async (size) => ({
            below: size.below,
            bytes: size.bytes,
            mark: read ? await mark(size) : String(size.bytes),
            read,
          })),
        ),
      );
    }
  }
  return all;
}
