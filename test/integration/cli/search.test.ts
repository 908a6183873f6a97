import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablateHere } from '#test/ablate-here';

const root = mkdtempSync(join(tmpdir(), 'ablate-search-'));
afterAll(() => rmSync(root, { recursive: true }));
const call = (...args: string[]) => ablateHere(args, { cwd: root });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await call(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};
const write = (file: string, embedding: number[][], label: number[], name?: string[]): void =>
  writeFileSync(
    join(root, file),
    JSON.stringify({ embedding, label, classNames: ['cat', 'dog'], ...(name && { name }) }),
  );

describe('an index of embeddings from a file', () => {
  beforeAll(() => {
    write(
      'gallery.json',
      [
        [2, 0],
        [0, 3],
        [1, 1],
      ],
      [0, 1, 0],
      ['a.png', 'b.png', 'c.png'],
    );
    write('more.json', [[-1, 0]], [-1]);
    write(
      'queries.json',
      [
        [1, 0.1],
        [-5, 0],
      ],
      [-1, -1],
    );
  });

  it('is built, searched, added to and taken out of; the numbers of rows stay', async () => {
    expect(await json('index', 'build', 'gallery.json', '--out', 'index')).toEqual({
      index: 'index',
      rows: 3,
      dim: 2,
      type: 'float32',
    });
    const search = () => json('search', 'index', '--embeddings', 'queries.json', '--device', 'cpu', '--k', '2');
    const { results } = await search();
    expect(results).toEqual([
      {
        query: 0,
        name: '0',
        matches: [
          { row: 0, score: expect.closeTo(1 / Math.hypot(1, 0.1), 6), name: 'a.png', class: 'cat' },
          { row: 2, score: expect.closeTo(1.1 / Math.hypot(1, 0.1) / Math.SQRT2, 6), name: 'c.png', class: 'cat' },
        ],
      },
      {
        query: 1,
        name: '1',
        matches: [expect.objectContaining({ row: 1, score: expect.closeTo(0, 6) }), expect.anything()],
      },
    ]);
    expect((await json('index', 'add', 'index', '--embeddings', 'more.json')).rows).toBe(4);
    expect((await json('index', 'remove', 'index', '--rows', '0,1')).rows).toBe(2);
    const later = (await search()).results;
    expect(later[1].matches[0]).toEqual({ row: 3, score: expect.closeTo(1, 6), name: '0' });
    expect(later[0].matches[0].row).toBe(2);
    const { stdout } = await call(
      'search',
      'index',
      '--embeddings',
      'queries.json',
      '--device',
      'cpu',
      '--threshold',
      '0.99',
    );
    expect(stdout).toMatch(/1 1 +3 +1\.0000 +0/);
    expect(stdout).toContain('1 of 2 queries found nothing.');
  });

  it.each(['float16', 'int8'])('of type %s: one row a class where templates are asked for', async (type) => {
    const out = `templates-${type}`;
    expect((await json('index', 'build', 'gallery.json', '--out', out, '--type', type, '--templates')).rows).toBe(2);
    const { results } = await json('search', out, '--embeddings', 'queries.json', '--device', 'cpu', '--k', '1');
    // (1, 0) and (1, 1) / √2 by their mean: 22.5° from the axis, where the query is 5.7° from it.
    const score = Math.cos(Math.PI / 8 - Math.atan(0.1));
    expect(results[0].matches).toEqual([{ row: 0, score: expect.closeTo(score, 2), name: 'cat', class: 'cat' }]);
  });

  it.each<[string, string[], string]>([
    ['no folder to write to', ['index', 'build', 'gallery.json'], 'Add --out DIR'],
    [
      'images of a file',
      ['index', 'build', 'gallery.json', '--out', 'x', '--images', '.'],
      '--images belongs to a run',
    ],
    ['nothing to add', ['index', 'add', 'index'], '--images or --embeddings'],
    ['images where no run is known', ['search', 'index', '--images', '.'], 'was built from a file'],
    ['rows that are none', ['index', 'remove', 'index', '--rows', 'x'], 'has no row NaN'],
    ['no index', ['search', '.', '--embeddings', 'queries.json'], 'is no index'],
    ['a k that is none', ['search', 'index', '--embeddings', 'queries.json', '--k', '0'], '--k 0 is no whole number'],
    [
      'a rate that nothing was chosen for',
      ['search', 'index', '--embeddings', 'queries.json', '--threshold', 'far=1e-3'],
      'No validation of the run chose a threshold',
    ],
    [
      'a threshold that is none',
      ['search', 'index', '--embeddings', 'queries.json', '--threshold', 'high'],
      'neither a number nor far=RATE',
    ],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await call(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('an index of images by a run', () => {
  it('is searched by images at the threshold that validation chose', async () => {
    for (const [place, shade] of [40, 90, 150, 220].entries()) {
      const folder = join(root, 'images', `class${place % 2}`);
      mkdirSync(folder, { recursive: true });
      const mark = Buffer.from(
        `<svg width="12" height="12"><rect x="${2 * place}" y="3" width="4" height="5" fill="#fff"/></svg>`,
      );
      await sharp(Buffer.alloc(144, shade), { raw: { width: 12, height: 12, channels: 1 } })
        .composite([{ input: mark }])
        .png()
        .toFile(join(folder, `${shade}.png`));
    }
    const spec = join(import.meta.dirname, '../runs/small.yaml');
    const evaluate = 'evaluate=[{verification: {sampledPairs: 40, bootstrap: 0, falseAcceptRates: [0.5, 0.001]}}]';
    const backbone = 'backbone={mlp: {hidden: [], embedding: 4}}';
    const settings = ['device=cpu', backbone, 'train.epochs=1', 'figures=[]', evaluate].flatMap((one) => [
      '--set',
      one,
    ]);
    const run = await call('run', spec, '--out', 'runs', ...settings);
    expect(run.code, run.stderr).toBe(0);
    const built = await json('index', 'build', 'runs/small', '--images', 'images', '--out', 'faces');
    expect(built).toMatchObject({ rows: 4, dim: 4 });
    const found = (await json('search', 'faces', '--images', 'images', '--k', '1')).results;
    expect(found.map(({ matches: [match] }: { matches: { score: number; class: string }[] }) => match!.score)).toEqual(
      new Array(4).fill(expect.closeTo(1, 5)),
    );
    const kept = await json('search', 'faces', '--images', 'images', '--threshold', 'far=0.5');
    const { operatingPoints } = JSON.parse(readFileSync(join(root, 'faces', 'index.json'), 'utf8'));
    const { threshold } = operatingPoints.verification.points['FAR=5e-1'];
    for (const { matches } of kept.results)
      for (const { score } of matches) expect(score).toBeGreaterThanOrEqual(threshold);
    const refused = await call('search', 'faces', '--images', 'images', '--threshold', 'far=0.25');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('FAR=5e-1, FAR=1e-3')]);
    expect((await json('index', 'add', 'faces', '--images', 'images')).rows).toBe(8);
  });
});
