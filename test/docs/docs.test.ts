import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { errorCodes } from '../../framework/base/errors/codes.ts';
import { cliReference } from '../../framework/app/cli/cli-reference.ts';
import { commandsOf } from '../../framework/app/cli/command-line.ts';
import { loadPlan } from '../../framework/experiment/spec/load-plan.ts';
import { ablateHere } from '#test/ablate-here';
import { typed } from '#test/ablate';
import { argumentsOf, commandsIn } from './commands-in.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ablate-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('site'))
    .map((name) => join('docs', name)),
];

/** What `ablate NAME --help` prints. */
const helps = new Map<string, string>();

interface Block {
  readonly language: string;
  readonly text: string;
  readonly file?: string;
}

/** Code blocks of a page. One whose first line is a comment with a file's name is that file. */
function blocksOf(page: string): Block[] {
  return [...readFileSync(join(root, page), 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => {
    const [, file] = /^(?:#|\/\/) (\S+\.\w+)\n/.exec(text!) ?? [];
    return { language: language!, text: file ? text!.slice(text!.indexOf('\n') + 1) : text!, ...(file && { file }) };
  });
}

describe.each(pages.filter((page) => page.startsWith('docs')))('%s', (page) => {
  const blocks = blocksOf(page);
  it.skipIf(!blocks.some(({ language }) => language === 'sh' || language === 'yaml'))(
    'every file that it shows is right, and every command does what it says',
    { timeout: 900_000 },
    async () => {
      const cwd = mkdtempSync(join(folder, 'page-'));
      const catalogue = await createCatalogue();
      for (const { file, text } of blocks) if (file) writeFileSync(join(cwd, file), text);
      for (const { language, text, file } of blocks) {
        if (language === 'yaml' && file && !blocks.some((block) => block.file?.endsWith('.js')))
          expect((await loadPlan(join(cwd, file), { catalogue })).runs.length).toBeGreaterThan(0);
        if (language !== 'sh') continue;
        for (const line of commandsIn(text)) {
          const { code, stderr } = await typed(line, { cwd });
          expect(code, `${line}\n${stderr}`).toBe(0);
        }
      }
    },
  );
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  it('leads only to pages that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)\s#]+)/g)].map(([, target]) => target!);
    // What the package does not hold is named, and not linked to.
    const named = [...text.matchAll(/`((?:docs(?!\/site)|experiments|framework|plugins|test)\/[\w./-]+)`/g)].map(
      ([, file]) => file!,
    );
    const missing = [
      ...links.map((target) => resolve(root, dirname(page), target)),
      ...named.map((file) => join(root, file)),
    ].filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
  });

  it('names only commands that there are, with flags that they have', async () => {
    // Commands of blocks and within the text; `npx ablate run SPEC…` names the command and nothing to run.
    for (const line of commandsIn(text.replaceAll(/`(npx ablate [^`]*)`/g, '\n$1\n'))) {
      const [name, ...rest] = argumentsOf(line);
      if (!name || !/^[a-z]+$/.test(name)) continue;
      if (!helps.has(name))
        helps.set(
          name,
          await ablateHere([name, '--help']).then(
            ({ code, stdout }) => (expect(code, `ablate ${name}`).toBe(0), stdout),
          ),
        );
      for (const flag of rest.join(' ').match(/--[a-z][\w-]*/g) ?? [])
        expect(helps.get(name), `ablate ${name} ${flag}`).toContain(flag);
    }
  });
});

it('the reference is what the plugins say of themselves (npm run docs)', async () => {
  const { code, stdout } = await ablateHere(['describe', '--markdown']);
  expect(code).toBe(0);
  expect(readFileSync(join(root, 'docs/reference/plugins.md'), 'utf8')).toBe(stdout);
});

it('the reference of the commands is what they say of themselves (npm run docs)', async () => {
  expect(readFileSync(join(root, 'docs/reference/cli.md'), 'utf8')).toBe(cliReference(await commandsOf()));
});

it('every code of an error has its paragraph, and the message of a command leads to it', async () => {
  const [, ...sections] = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8').split(/^## /m);
  const paragraphs = new Map(
    sections.map((text) => [text.split('\n')[0]!, text.split('\n').slice(1).join(' ').trim()]),
  );
  expect([...paragraphs.keys()]).toEqual(Object.keys(errorCodes));
  for (const [code, { exit, meaning }] of Object.entries(errorCodes)) {
    const text = paragraphs.get(code)!.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`Exit code ${exit}. ${meaning.split(/[.;:]/)[0]}`);
    expect(text.split(' ').length, code).toBeGreaterThan(20);
  }
  const { code, stderr } = await ablateHere(['describe', 'nothing-of-that-name']);
  expect(code).toBe(2);
  const [, file, anchor] = /On this error: (\S+)#(\S+)\n$/.exec(stderr)!;
  expect(resolve(file!)).toBe(join(root, 'docs/reference/errors.md'));
  expect([...paragraphs.keys()].map((name) => name.toLowerCase())).toContain(anchor);
});

it('the README takes five minutes: at most 900 words', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').split(/\s+/).length).toBeLessThanOrEqual(900);
});
