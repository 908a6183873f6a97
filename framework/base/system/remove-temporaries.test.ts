import { mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { removeTemporaries } from './remove-temporaries.ts';
import { temporaryName } from './temporary-name.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ablate-temporaries-'));

async function put(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), '');
  }
}
const names = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();

it("removes what a killed process left in a run's folders: files, and folders of shards with all that is in them", async () => {
  const run = await folder();
  await put(
    run,
    ['', 'checkpoints/', 'figures/', 'figures/epoch-0003/', 'model/shards/', 'embeddings/'].map((place) =>
      temporaryName(`${place}kept`),
    ),
  );
  await put(run, [`${temporaryName('checkpoints/step-000000001-00000000.shards')}/00001.safetensors`, 'summary.json']);
  await removeTemporaries(run);
  expect(await names(run)).toEqual(['summary.json']);
  expect(await readdir(join(run, 'checkpoints'))).toEqual([]);
});

it('leaves files that others named, and folders that are not its own', async () => {
  const run = await folder();
  const others = ['chapter.tmp', 'checkpoints/notes.123.tmp', 'figures/draft.XXXXXXXX.tmp', 'mine/letter.0123abcd.tmp'];
  await put(run, others);
  await removeTemporaries(run);
  expect(await names(run)).toEqual(others.map((name) => name.split('/').at(-1)).sort());
});

it('follows no link, to other places or in a circle', async () => {
  const [run, documents] = [await folder(), await folder()];
  await put(documents, ['epoch-0001/thesis.0123abcd.tmp', 'thesis.0123abcd.tmp']);
  await symlink(documents, join(run, 'figures'));
  await mkdir(join(run, 'model'));
  for (const name of ['shards', 'up']) await symlink('..', join(run, 'model', name));
  await symlink(join(documents, 'thesis.0123abcd.tmp'), join(run, 'link.0123abcd.tmp'));
  await removeTemporaries(run);
  expect(await names(documents)).toEqual(['thesis.0123abcd.tmp', 'thesis.0123abcd.tmp']);
  expect(await readdir(run)).toContain('link.0123abcd.tmp');
});
