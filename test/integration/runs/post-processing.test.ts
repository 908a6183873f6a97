import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { ablate } from '#test/ablate';

const folder = mkdtempSync(join(tmpdir(), 'ablate-post-processing-'));
afterAll(() => rmSync(folder, { recursive: true }));
const small = join(import.meta.dirname, 'small.yaml');
const set = (...settings: string[]): string[] => settings.flatMap((setting) => ['--set', setting]);
let run: string;
const images = join(folder, 'images');

beforeAll(async () => {
  const evaluate = 'evaluate=[{retrieval: {bootstrap: 0, after: [l2, {pca: {dim: 1}}]}}, {clustering: {}}]';
  const trained = await ablate(['run', small, '--out', folder, ...set('train.epochs=1', 'figures=[]', evaluate)]);
  expect(trained.code, trained.stderr).toBe(0);
  run = join(
    folder,
    'small',
    readdirSync(join(folder, 'small')).find((name) => existsSync(join(folder, 'small', name, 'journal.jsonl')))!,
  );
  mkdirSync(images);
  for (const shade of [0, 200])
    await sharp(Buffer.alloc(144, shade), { raw: { width: 12, height: 12, channels: 1 } })
      .composite([
        { input: Buffer.from('<svg width="12" height="12"><circle cx="6" cy="6" r="4" fill="#888"/></svg>') },
      ])
      .png()
      .toFile(join(images, `${shade}.png`));
});

it('keeps what training images taught, and exports it with the model', async () => {
  expect(existsSync(join(run, 'post-processing.safetensors'))).toBe(true);
  const out = join(folder, 'model');
  const { code, stdout, stderr } = await ablate(['export', run, '--format', 'safetensors', '--out', out, '--json']);
  expect(code, stderr).toBe(0);
  const { postProcessing, files } = JSON.parse(stdout);
  expect(postProcessing).toEqual({ retrieval: ['l2', { pca: { dim: 1 } }] });
  expect(files.map(({ name }: { name: string }) => name)).toEqual(['model.safetensors', 'post-processing.safetensors']);
  expect(readFileSync(join(out, 'post-processing.safetensors'))).toEqual(
    readFileSync(join(run, 'post-processing.safetensors')),
  );
});

it('embeds with it: the projection on what was kept, row by row', async () => {
  const embedded = async (...more: string[]): Promise<number[][]> => {
    const out = join(folder, `embedded${more.length}.json`);
    const { code, stderr } = await ablate(['embed', run, '--images', images, '--out', out, ...more]);
    expect(code, stderr).toBe(0);
    return JSON.parse(readFileSync(out, 'utf8')).embedding;
  };
  const { tensors } = await readSafetensors(join(run, 'post-processing.safetensors'), true);
  const [mean, [first, second]] = ['0/1/mean', '0/1/components'].map((name) => [...tensors.get(name)!.data]) as [
    number[],
    number[],
  ];
  const expected = (await embedded()).map(([x, y]) => {
    const norm = Math.hypot(x!, y!);
    return (x! / norm - mean[0]!) * first! + (y! / norm - mean[1]!) * second!;
  });
  const found = await embedded('--after', 'retrieval');
  expect(found.map((row) => row.length)).toEqual([1, 1]);
  found.forEach(([value], row) => expect(value).toBeCloseTo(expected[row]!, 5));
  const wrong = await ablate([
    'embed',
    run,
    '--images',
    images,
    '--out',
    join(folder, 'x.json'),
    '--after',
    'clustering',
  ]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Name one of retrieval')]);
});

it('evaluating the run again fits it again, to the same numbers', async () => {
  const { metrics } = JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8'));
  const again = await ablate(['evaluate', run, '--evaluate', 'retrieval', '--json']);
  expect(again.code, again.stderr).toBe(0);
  const [found] = JSON.parse(again.stdout).evaluations;
  expect(found.metrics['Recall@1']).toBe(metrics['Recall@1']);
});

it('a wrong option of a post-processor is refused before training, at its place', async () => {
  const wrong = await ablate(['validate', small, ...set('evaluate=[{retrieval: {after: [{pca: {dims: 1}}]}}]')]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('post-processor "pca"')]);
  const unknown = await ablate(['validate', small, ...set('evaluate=[{retrieval: {after: [pcaa]}}]')]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('pca')]);
});
