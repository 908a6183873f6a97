import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identifyExperiment, readExperimentIdentity } from './experiment-identity.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ablate-identity-'));

it('is made once, whoever tries at the same time', async () => {
  const parent = await folder();
  await Promise.all(Array.from({ length: 8 }, () => identifyExperiment(parent, 'quick')));
  const made = await readExperimentIdentity(parent);
  await identifyExperiment(parent, 'quick');
  expect(await readExperimentIdentity(parent)).toEqual(made);
  expect(made).toMatchObject({ version: 1, name: 'quick', uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(await readdir(parent)).toEqual(['experiment.json']);
});

it.each(['', '\0\0\0\0', '{"version": 1, "uu', 'null', '{}'])(
  'of a power cut (%j) is told as damaged, and made anew by the next run',
  async (text) => {
    const parent = await folder();
    const file = join(parent, 'experiment.json');
    await writeFile(file, text);
    await expect(readExperimentIdentity(parent)).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: expect.stringContaining(`${file} is damaged`),
    });
    await identifyExperiment(parent, 'quick');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ name: 'quick' });
  },
);
