import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogue } from './load-catalogue.ts';
import { faultPlace, faultWords, syntaxFaultPlace } from './fault-place.ts';
import { makeComponent } from './make-component.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ablate-fault-place-'));
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), at('node_modules'));
  writeFileSync(at('math.mjs'), '// one\nexport function meen(tf) {\n  return tf.meen(1);\n}\n');
  writeFileSync(
    at('loss.mjs'),
    `import { meen } from './math.mjs';
import { z } from 'zod';
export default { kind: 'loss', name: 'mine', summary: 'Mine.', framework: '^0.1.0', schema: z.strictObject({ broken: z.boolean().default(false).describe('breaks it') }), create: ({ broken }) => (broken ? meen({}) : { parameters: [], forward: () => meen({}) }) };
`,
  );
  writeFileSync(at('torn.mjs'), 'export const a = 1;\nexport default {;\n');
  writeFileSync(at('plain.js'), 'export const a = 1;\nexport default {;\n');
  writeFileSync(at('leads.mjs'), "export { a } from './torn.mjs';\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the innermost frame below the folder', async () => {
  const { meen } = (await import(/* @vite-ignore */ pathToFileURL(at('math.mjs')).href)) as {
    meen: (tf: object) => void;
  };
  let thrown: unknown;
  try {
    meen({});
  } catch (error) {
    thrown = error;
  }
  expect(faultPlace(thrown, folder)).toMatch(/math\.mjs:3:\d+$/);
  expect(faultPlace(thrown, path.join(folder, 'other'))).toBeUndefined();
  expect(faultWords('a text', folder)).toBe('a text');
});

test.each([
  ['create', { broken: true }],
  ['forward', { broken: false }],
])('what a plugin throws in %s names its file and line', async (_, options) => {
  const entry = await (await createCatalogue({ trust: true })).load('loss', './loss.mjs', folder);
  const made = makeComponent(entry, options, {} as never).then((loss) => loss.forward({} as never));
  await expect(made).rejects.toThrow(/tf\.meen is not a function \(.*math\.mjs:3:\d+\)/);
});

test('the line that keeps a module, or one that it leads to, from being parsed', () => {
  expect(syntaxFaultPlace(at('torn.mjs'))).toMatch(/torn\.mjs:2$/);
  expect(syntaxFaultPlace(at('plain.js'))).toMatch(/plain\.js:2$/);
  expect(syntaxFaultPlace(at('leads.mjs'))).toMatch(/torn\.mjs:2$/);
  expect(syntaxFaultPlace(at('math.mjs'))).toBeUndefined();
});
