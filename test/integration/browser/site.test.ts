import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath, closeBrowser, openPage } from '#test/open-page';
import { root } from '#test/plugin-folders';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const site = mkdtempSync(join(tmpdir(), 'ablate-site-'));
let said: string;

beforeAll(async () => {
  // Warnings end it: a link between pages that leads nowhere is one.
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  said = (await promisify(execFile)(process.execPath, [typedoc, '--out', site], { cwd: root })).stdout;
}, 600_000);
afterAll(async () => {
  await closeBrowser();
  rmSync(site, { recursive: true });
});

const html = (name: string): string => readFileSync(join(site, name), 'utf8');
const titleOf = (page: string): string => /^# (.+)$/m.exec(readFileSync(join(root, page), 'utf8'))![1]!;
const pages = ['', 'how-to', 'concepts', 'coming-from', 'reference'].flatMap((folder) =>
  readdirSync(join(root, 'docs', folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => join('docs', folder, name)),
);

test('every docstring of the public entries is whole, as typedoc reads them, and every page has its place', () => {
  expect(said).not.toMatch(/\[(?:error|warning)\]/);
  expect(pages.length).toBeGreaterThan(20);
  const shown = readdirSync(join(site, 'documents')).map((name) => html(join('documents', name)));
  for (const page of pages)
    expect(
      shown.some((text) => text.includes(`<title>${titleOf(page).replaceAll("'", '&#39;')} | Ablate</title>`)),
      page,
    ).toBe(true);
});

test('no link of a page leads nowhere, and none but to the web leaves the folder', () => {
  const files = ['index.html', ...readdirSync(join(site, 'documents')).map((name) => join('documents', name))];
  let count = 0;
  for (const file of files) {
    for (const [, target] of html(file).matchAll(/(?:href|src)="(?!https?:|#|data:)([^"#?]+)/g)) {
      const place = resolve(site, dirname(file), decodeURIComponent(target!));
      expect(place.startsWith(site) && existsSync(place), `${file}: ${target}`).toBe(true);
      count++;
    }
  }
  expect(count).toBeGreaterThan(500);
});

const inBrowser = test.skipIf(!chromiumPath);
const reason = chromiumPath ? '' : ' (skipped: there is no Chromium)';
const address = (name: string): string => pathToFileURL(join(site, name)).href;
/** TypeDoc refers to a file of icons first, which a browser keeps from pages on a disk, and then puts them in itself. */
const others = (complaints: readonly string[]): string[] => complaints.filter((line) => !line.includes('icons.svg'));

inBrowser(`its search finds a page by what stands in it, from the disk and without a network${reason}`, async () => {
  const { page, complaints, requests } = await openPage(address('index.html'));
  await page.keyboard.press('/');
  await page.locator('#tsd-search-input').fill('preemption');
  const found = page.locator('#tsd-search-results li', { hasText: 'Run on Slurm' });
  await found.locator('a').click();
  await page.waitForURL(/Run_on_Slurm/);
  expect(await page.locator('h1').first().textContent()).toBe('Run on Slurm');
  expect([others(complaints), requests]).toEqual([[], []]);
  await page.context().close();
});

inBrowser.each([
  ['light', 1280, 'documents/Compare_two_losses_fairly.html'],
  ['dark', 1280, 'documents/Errors.html'],
  ['light', 360, 'documents/Coming_from_insightface.html'],
] as const)(`has nothing that axe-core finds serious, %s, %i pixels wide: %s${reason}`, async (scheme, width, name) => {
  const { page, complaints, requests } = await openPage(address(name), {
    colorScheme: scheme,
    viewport: { width, height: 900 },
  });
  // axe reads style sheets by requests, which a browser keeps from a page on a disk.
  expect([others(complaints), requests]).toEqual([[], []]);
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(async () =>
    (
      await (
        window as never as {
          axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run()
    ).violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0]!.html.slice(0, 160)}`),
  );
  expect(found.filter((line) => /^(serious|critical)/.test(line))).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.context().close();
});
