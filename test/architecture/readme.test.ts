import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kindOf } from '../../framework/plugins/kinds.ts';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../framework/experiment/spec/load-plan.ts';
import { readmeFaults } from '../../framework/author/conformance/readme-faults.ts';
import { pluginFolders, root } from '#test/plugin-folders';

const catalogue = await createCatalogue();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'ablate-readme-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** An environment in which every variable is set. */
const everyVariable = new Proxy<NodeJS.ProcessEnv>(
  {},
  { get: (_, name) => (name === 'MLFLOW_TRACKING_URI' ? 'http://localhost:5000' : '/data') },
);

/** What an example may leave out. */
const rest = 'dataset: glyphs\nbackbone: mlp\nhead: linear\nlosses: [softmax]\n';

describe.each(pluginFolders)('$title', ({ plural, id, directory }) => {
  const readme = path.join(directory, 'README.md');
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';

  test('has the four files', () => {
    const missing = ['index.ts', `${id}.ts`, `${id}.test.ts`, 'README.md'].filter(
      (name) => !existsSync(path.join(directory, name)),
    );
    expect(missing).toEqual([]);
  });

  test('has the five headings', () => {
    expect(text.split('\n', 1)[0]).toBe(`# ${id}`);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      'Paper',
      'Equation',
      'Options',
      'Example',
      'Limits',
    ]);
    for (const heading of ['Paper', 'Equation', 'Example', 'Limits'])
      expect(section(text, heading), heading).toMatch(/\S/);
  });

  test('shows the options and defaults of its schema', async () => {
    const { manifest } = await catalogue.load(kindOf(plural)!, id, root);
    expect(readmeFaults(manifest, text)).toEqual([]);
  });

  test('shows an example that is valid', async () => {
    const examples = [...section(text, 'Example').matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml!);
    expect(examples.length).toBeGreaterThan(0);
    for (const [index, example] of examples.entries()) {
      expect(example).toContain(id);
      const base = path.join(scratch, 'rest.yaml');
      const file = path.join(scratch, `${plural}-${id}-${index}.yaml`);
      writeFileSync(base, rest);
      // An entry of a list by itself is one of the losses.
      writeFileSync(file, `extends: rest.yaml\n${/^\s*- /.test(example) ? 'losses:\n' : ''}${example}`);
      const { runs } = await loadPlan(file, { catalogue, env: everyVariable });
      expect(runs.length).toBeGreaterThan(0);
    }
  });
});

function section(text: string, heading: string): string {
  return new RegExp(`^## ${heading}\\n(.*?)(?=^## |$(?![\\s\\S]))`, 'ms').exec(text)?.[1] ?? '';
}
