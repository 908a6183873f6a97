import { mkdir, mkdtemp, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { ablate, type Ended } from '#test/ablate';

let root: string;
const specOf = (split: string, more = ''): string => `name: split
dataset: {image-folder: {path: images, color: gray, split: ${split}${more}}}
backbone: {mlp: {hidden: [], embedding: 2}}
head: {linear: {}}
losses: [softmax]
train: {epochs: 1, batch: 4}
evaluate: [retrieval]
`;
const run = async (name: string, spec: string, ...flags: string[]): Promise<Ended & { dir: string }> => {
  await writeFile(join(root, `${name}.yaml`), spec);
  const ended = await ablate(['run', `${name}.yaml`, '--json', '--out', name, ...flags], { cwd: root });
  return { ...ended, dir: ended.stdout ? (JSON.parse(ended.stdout) as { runs: { dir: string }[] }).runs[0]!.dir : '' };
};
const warningsOf = (dir: string): string[] =>
  [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) => (record.type === 'warning' ? [record.message] : []));
const listsOf = async (dir: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(join(dir, 'split')))
        .sort()
        .map(async (name) => [name, await readFile(join(dir, 'split', name), 'utf8')] as const),
    ),
  );

describe('the split of a run', () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'ablate-split-'));
    for (const [number, name] of ['ant', 'bee', '#cat', 'dog'].entries()) {
      for (let image = 0; image < 4; image++) {
        const file = join(root, 'images', name, `${image}.png`);
        await mkdir(dirname(file), { recursive: true });
        const shade = 60 * number + 10 * image;
        await writeFile(
          file,
          await sharp({ create: { width: 3, height: 3, channels: 3, background: { r: shade, g: shade, b: shade } } })
            .png()
            .toBuffer(),
        );
      }
    }
  });

  it('is kept with the run, and a list split of another spec reads it back', async () => {
    const first = await run('first', specOf('{by: class, shares: [2, 1, 1], seed: 5}', ', openSet: true'));
    expect(first.code, first.stderr).toBe(0);
    expect(warningsOf(first.dir)).toEqual([expect.stringMatching(/^All images for test show one class, /)]);
    const lists = await listsOf(first.dir);
    expect(Object.keys(lists)).toEqual(['test.txt', 'train.txt', 'validation.txt']);
    expect(lists['train.txt']).toMatch(/^# ablate split list 1: train, 8 images\n(?:#?\w+\/\d\.png\n){8}$/);
    const named = Object.values(lists).flatMap((list) => list.split('\n').slice(1, -1));
    expect(named.sort()).toEqual(
      ['#cat', 'ant', 'bee', 'dog'].flatMap((name) => [0, 1, 2, 3].map((image) => `${name}/${image}.png`)),
    );
    const by = (role: string): string => `${role}: '${join(first.dir, 'split', `${role}.txt`)}'`;
    const second = await run('second', specOf(`{by: list, ${by('train')}, ${by('validation')}, ${by('test')}}`));
    expect(second.code, second.stderr).toBe(0);
    expect(await listsOf(second.dir)).toEqual(lists);
  });

  it('is told loudly, on the terminal and in the journal, where test classes meet training classes', async () => {
    const closed = await run('closed', specOf('[0.5, 0.5]'));
    const message =
      'All 4 classes of test are training classes too: #cat, ant, bee, dog. This is a closed set: its scores say nothing of classes never seen.';
    expect(warningsOf(closed.dir)).toEqual([message]);
    expect(closed.stderr).toContain(`Note: ${message}`);
    await writeFile(join(root, 'train.txt'), 'ant/0.png\nant/1.png\nbee/0.png\nbee/1.png\n');
    await writeFile(join(root, 'test.txt'), 'bee/2.png\nbee/3.png\ndog/0.png\ndog/1.png\n');
    const mixed = await run('mixed', specOf('{by: list, train: train.txt, test: test.txt}'));
    expect(mixed.stderr).toContain('Warning: 1 of the 2 classes');
    expect(warningsOf(mixed.dir)).toEqual([
      '1 of the 2 classes of test are training classes too: bee. Its scores are neither those of a closed nor of an open set.',
    ]);
  });

  it('is refused before training where the spec says openSet', async () => {
    const refused = await run('refused', specOf('[0.5, 0.5]', ', openSet: true'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      'refused.yaml:2:11 dataset.image-folder: All 4 classes of test are training classes too: #cat, ant, bee, dog. Split by class, or take `openSet: true` away.',
    );
  });

  it('is held against the lists that the run began with when it goes on', async () => {
    const spec = specOf('{by: class, shares: [3, 1]}');
    const begun = await run('goes-on', spec, '--set', 'train.steps=1');
    await rename(join(root, 'images/dog/3.png'), join(root, 'images/dog/9.png'));
    const summary = join(begun.dir, 'summary.json');
    await writeFile(summary, (await readFile(summary, 'utf8')).replace('"finished"', '"interrupted"'));
    await run('goes-on', spec, '--set', 'train.steps=1', '--resume', '--allow-changes');
    // The changed files are named as such too, since the run goes on with them by leave alone.
    const warned = warningsOf(begun.dir).filter(
      (message) => !/^(All images for test show one class|The run goes on with another spec)/.test(message),
    );
    expect(warned).toEqual([
      expect.stringMatching(/^The images of test are not those that this run began with, which .*test\.txt lists/),
    ]);
    expect((await listsOf(begun.dir))['test.txt']).toContain('dog/3.png');
  });
});
