import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '#test/plugin-folders';
import { wings } from './wings.ts';

const framework = path.join(root, 'framework');
const isSource = (name: string): boolean =>
  /\.(ts|mjs)$/.test(name) && !/(\.test|-fixtures?)\.ts$/.test(name) && !name.endsWith('.d.ts');
const files = readdirSync(framework, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  .filter(isSource);
const known = new Set(files);

/** All that a file imports, types included: other files of the framework by their paths, packages by their names. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(framework, file), 'utf8')
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|^import\s+)'([^'\n]+)'/gm)].map(([, specifier]) =>
    specifier!.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier!) : specifier!,
  );
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));
const within = (file: string): string[] => imports.get(file)!.filter((target) => known.has(target));
const wingOf = (file: string): string => (file.includes('/') ? file.split('/')[0]! : '');
const floorOf = (file: string): number =>
  file.includes('/') ? wings.findIndex(({ name }) => name === wingOf(file)) : wings.length;

/** Circles of a graph, each once, by Tarjan's strongly connected components. */
function circles(nodes: readonly string[], next: (node: string) => readonly string[]): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
    for (const other of next(node)) {
      if (!index.has(other)) visit(other);
      if (open.includes(other)) low.set(node, Math.min(low.get(node)!, low.get(other)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = open.splice(open.indexOf(node));
    if (circle.length > 1) found.push(circle);
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}

test('every file lies in a wing, and in a room of it', () => {
  expect(files.length).toBeGreaterThan(500);
  const places = new Set(
    files.filter((file) => file.includes('/')).map((file) => file.split('/').slice(0, -1).slice(0, 2).join('/')),
  );
  expect([...places].sort()).toEqual(
    wings
      .flatMap(({ name, rooms }) => [...(places.has(name) ? [name] : []), ...rooms.map((room) => `${name}/${room}`)])
      .sort(),
  );
});

test('no import runs upward', () => {
  const upward = files.flatMap((file) =>
    within(file)
      .filter((target) => floorOf(target) > floorOf(file))
      .map((target) => `${file} → ${target}`),
  );
  expect(upward).toEqual([]);
});

test('no circle of files, and none of folders', () => {
  expect(circles(files, within)).toEqual([]);
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const from = path.posix.dirname(file);
    const to = folders.get(from) ?? new Set();
    folders.set(from, to);
    for (const target of within(file)) if (path.posix.dirname(target) !== from) to.add(path.posix.dirname(target));
  }
  // The public entry at the top is everybody's, and imports from all wings.
  folders.delete('.');
  expect(circles([...folders.keys()], (folder) => [...folders.get(folder)!])).toEqual([]);
});

test.each(wings)('$name keeps out what is not its business', ({ name, keepsOut }) => {
  const foreign = files
    .filter((file) => wingOf(file) === name)
    .flatMap((file) =>
      imports
        .get(file)!
        .filter((target) =>
          keepsOut.some(
            (kept) =>
              target === kept || target.startsWith(`${kept}/`) || (kept.startsWith('@') && target.startsWith(kept)),
          ),
        )
        .map((target) => `${file}: ${target}`),
    );
  expect(foreign).toEqual([]);
});

test('the engine opens no file', () => {
  const opening = files
    .filter((file) => file.startsWith('training/engine/'))
    .flatMap((file) =>
      imports
        .get(file)!
        .filter((target) => /^(node:(fs|child_process|http|net)|yaml$)/.test(target))
        .map((target) => `${file}: ${target}`),
    );
  expect(opening).toEqual([]);
});

test("nothing but devices and set-up imports TensorFlow's C library", () => {
  const others = files.filter((file) =>
    imports.get(file)!.some((target) => target.startsWith('@tensorflow/tfjs-node')),
  );
  expect(others.filter((file) => !file.startsWith('devices/') && !file.startsWith('app/setup/'))).toEqual([]);
});

test('docs/architecture.md tells of every wing and room, from the top down', () => {
  const text = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
  const told = [...text.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, name]) => name);
  expect(told).toEqual(wings.map(({ name }) => name).reverse());
  for (const { name, rooms } of wings) for (const room of rooms) expect(text, `${name}/${room}`).toContain(`${room}/`);
});
