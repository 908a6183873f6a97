import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { FaultList } from './fault-list.ts';
import { loadPlan } from './load-plan.ts';
import { parseSpec } from './parse-spec.ts';
import { readResolvedSpec } from './read-resolved-spec.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-no-spec-'));
afterAll(() => rmSync(folder, { recursive: true }));
const catalogue = await createCatalogue();
const write = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const refusal = async (file: string): Promise<string> =>
  loadPlan(file, { catalogue, env: {} }).then(
    () => 'nothing refused',
    (error: Error) => error.message,
  );

/** Files that a stranger would like to see, and what must not be shown of them. */
const others: Readonly<Record<string, string>> = {
  'a key': '-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n\n-----END PRIVATE KEY-----\n',
  'an environment': 'HOME=/home/me\0TOKEN=hunter2hunter2\0',
  'an INI file': '[default]\naws_secret_access_key = hunter2hunter2\n',
  'a netrc': 'machine example.org login me password hunter2hunter2\n',
  'a map of another program': 'clusters: []\nusers:\n  hunter2hunter2: {token: hunter2hunter2}\n',
  JSON: '{"auths": {"hunter2hunter2": {"auth": "hunter2hunter2"}}}',
  'keys written twice': 'hunter2hunter2: 1\nhunter2hunter2: 2\n',
  'a tag': 'secret: !hunter2hunter2 x\n',
  'an alias': 'secret: *hunter2hunter2\n',
  'a merge': 'other: 1\n<<: hunter2hunter2\n',
  'two documents': 'hunter2hunter2\n---\nhunter2hunter2\n',
};

describe('a file that is no spec', () => {
  it.each(Object.entries(others))(
    "is not shown, neither extended nor by a link nor as a run's own spec: %s",
    async (name, text) => {
      const file = write(`${name}.txt`, text);
      const link = path.join(folder, `${name}.yaml`);
      symlinkSync(file, link);
      const refusals = [
        await refusal(write('extending.yaml', `extends: ${JSON.stringify(file)}\ndataset: glyphs\n`)),
        await refusal(link),
      ];
      try {
        readResolvedSpec(text, file);
      } catch (error) {
        refusals.push((error as Error).message);
      }
      expect(refusals).toHaveLength(3);
      for (const message of refusals) expect(message).toMatch(/this is no spec: it has none of the keys of one/);
      expect(refusals.join()).not.toContain('hunter2');
    },
  );

  it('is told where it cannot be parsed and has a key of a spec: what the parser found there is left out', () => {
    const faults = new FaultList();
    parseSpec('dataset: |hunter2hunter2\n  x\n', 'spec.yaml', faults);
    expect(faults.faults.map(({ message }) => message)).toEqual([
      'not valid YAML: Block scalar header includes extra characters',
    ]);
  });

  it('is not read where it is a device or a pipe, which may never end', async () => {
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    for (const file of ['/dev/zero', path.join(folder, 'pipe')]) {
      expect(await refusal(write('device.yaml', `extends: ${file}\n`))).toContain(
        'this is a device or pipe, not a spec',
      );
      expect(await refusal(file)).toContain('this is a device or pipe, not a spec');
    }
  });
});
