import { execFile } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { RandomStreams, type Dataset } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, beforeEach, expect, it } from 'vitest';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-listing-'));
afterAll(() => rmSync(root, { recursive: true }));
const rows = 20_000;
const white = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
  .png()
  .toBuffer();
const cache = path.join(root, 'cache');
const indexes = path.join(cache, 'indexes');
const onlyIndex = (): string => path.join(indexes, readdirSync(indexes)[0]!);
/** Images of three folders in turn, links to one file but for one: `a/3.png`, `ü/4.png`, `b/5.png`, … */
const nameOf = (row: number): string => `${['a', 'ü', 'b'][row % 3]}/${row}.png`;
/** Classes of a long tail; a role now and then. */
const lines = (label: (row: number) => string): string =>
  `path,label,part\n${Array.from({ length: rows }, (_, row) => `${nameOf(row)},${label(row)},${row % 7 === 0 ? 'gallery' : 'train'}\n`).join('')}`;
const labelOf = (row: number): string => `${Math.floor(Math.sqrt(row))}`;

beforeEach(() => {
  rmSync(root, { recursive: true });
  for (const name of ['a', 'ü', 'b']) mkdirSync(path.join(root, name), { recursive: true });
  writeFileSync(path.join(root, 'white.png'), white);
  for (let row = 0; row < rows; row++) {
    if (row === 0) writeFileSync(path.join(root, nameOf(row)), white);
    else linkSync(path.join(root, 'white.png'), path.join(root, nameOf(row)));
  }
  writeFileSync(path.join(root, 'train.csv'), lines(labelOf));
});

async function open(options: object = {}, cacheDirectory = cache): Promise<Dataset> {
  const parsed = plugin.schema.parse({
    file: 'train.csv',
    path: '.',
    size: 2,
    memory: 'never',
    workers: 1,
    ...options,
  });
  return plugin.create(parsed, { streams: new RandomStreams(1), baseDirectory: root, cacheDirectory });
}

/** All that a data set says of itself. */
async function contents(options?: object, cacheDirectory?: string) {
  const dataset = await open(options, cacheDirectory);
  const splits = (['train', 'test', 'gallery'] as const).map((role) => {
    const split = dataset.split(role);
    return (
      split && {
        labels: [...split.labels],
        classNames: split.classNames,
        columns: split.columns,
        sources: Array.from({ length: 50 }, (_, index) => split.source!(index)),
      }
    );
  });
  await dataset.close!();
  return { splits, provenance: dataset.provenance };
}
const fresh = (options?: object) => contents(options, path.join(root, `other-${Math.random()}`));

it('opens a long file from its index the second time, with the same images, classes, roles and digest', async () => {
  const columns = { part: 'label', label: 'number' };
  for (const options of [{ columns }, { role: 'part' }, { columns, split: { by: 'class', shares: [0.5, 0.5] } }]) {
    const first = await contents(options);
    const made = readdirSync(indexes).map((name) => statSync(path.join(indexes, name)).ino);
    expect(await contents(options)).toEqual(first);
    expect(readdirSync(indexes).map((name) => statSync(path.join(indexes, name)).ino)).toEqual(made);
  }
  // The split is no part of an index.
  expect(readdirSync(indexes)).toHaveLength(2);
});

it('keeps no index of a short file', async () => {
  writeFileSync(path.join(root, 'train.csv'), 'path,label\na/0.png,1\na/3.png,2\n');
  await contents();
  expect(readdirSync(root)).not.toContain('cache');
});

it('reads a changed file anew, also one of the same size, and a missing image that has come', async () => {
  await contents();
  writeFileSync(
    path.join(root, 'train.csv'),
    lines((row) => labelOf(rows - 1 - row)),
  );
  const changed = await contents();
  expect(changed).toEqual(await fresh());
  renameSync(path.join(root, 'b'), path.join(root, 'elsewhere'));
  await expect(open()).rejects.toThrow(
    `6666 of the ${rows} images that ${path.join(root, 'train.csv')} lists are not there:\n  b/2.png`,
  );
  await expect(open()).rejects.toThrow('are not there');
  expect((await contents({ missing: 'skip' })).splits[0]!.sources).not.toContain('b/2.png');
  renameSync(path.join(root, 'elsewhere'), path.join(root, 'b'));
  expect(await contents()).toEqual(changed);
});

it.each([
  [
    'one bit is wrong',
    (file: string) =>
      writeFileSync(
        file,
        readFileSync(file).map((byte, index) => (index === 100_000 ? byte ^ 1 : byte)),
      ),
  ],
  ['it is cut short', (file: string) => truncateSync(file, 5000)],
  ['it is empty', (file: string) => truncateSync(file, 0)],
])('makes an index anew where %s', async (_, damage) => {
  const first = await contents();
  const whole = readFileSync(onlyIndex());
  damage(onlyIndex());
  expect(await contents()).toEqual(first);
  expect(readFileSync(onlyIndex()).equals(whole)).toBe(true);
});

it('refuses an image that has another size than when it was listed, and lists it anew the next time', async () => {
  const before = (await contents()).provenance.digest;
  writeFileSync(
    path.join(root, 'a/0.png'),
    await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123' } })
      .png()
      .toBuffer(),
  );
  const stale = await open();
  const shown = stale.split('train')!;
  const row = Array.from({ length: 50 }, (__, index) => shown.source!(index)).indexOf('a/0.png');
  await expect(async () => shown.images(Int32Array.of(row))).rejects.toThrow(
    '0.png is not what it was when the images of the data set were listed',
  );
  await stale.close!();
  const again = await contents();
  expect(again).toEqual(await fresh());
  expect(again.provenance.digest).not.toBe(before);
});

it('is made by two processes at once, whole, and leaves nothing beside', async () => {
  const script = path.join(root, 'open.ts');
  const from = (file: string): string => pathToFileURL(path.resolve(import.meta.dirname, file)).href;
  writeFileSync(
    script,
    `import plugin from '${from('index.ts')}';
import { RandomStreams } from '${from('../../../framework/index.ts')}';
const dataset = await plugin.create(plugin.schema.parse({ file: 'train.csv', path: '.', size: 2, memory: 'never' }), { streams: new RandomStreams(1), baseDirectory: ${JSON.stringify(root)}, cacheDirectory: ${JSON.stringify(cache)} });
console.log(dataset.provenance.digest);
await dataset.close();\n`,
  );
  const child = async (): Promise<string> =>
    (
      await promisify(execFile)(process.execPath, [
        path.resolve(import.meta.dirname, '../../../framework/app/bin/ts.mjs'),
        script,
      ])
    ).stdout.trim();
  const digests = await Promise.all([child(), child()]);
  const { ino } = statSync(onlyIndex());
  expect(new Set([...digests, (await contents()).provenance.digest]).size).toBe(1);
  expect(readdirSync(indexes)).toHaveLength(1);
  expect(statSync(onlyIndex()).ino).toBe(ino);
}, 60_000);
