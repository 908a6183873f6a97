import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { ablate } from '#test/ablate';
import { copyRun, manyRuns } from '#test/changed-runs';
import { inBrowser } from './in-browser.ts';
import { closeBrowser, openPage } from '#test/open-page';
import { parse } from 'yaml';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const spec = new URL('./sweep.yaml', import.meta.url).pathname;
const nasty = `<script>window.broken=1</script><img src=x onerror="window.broken=2">'"&amp;😀${'x'.repeat(220)}</script>`;
let folder: string;
let experiment: string;
let ids: string[];

const page = (name: string): string => join(folder, `${name}.html`);
const address = (name: string): string => pathToFileURL(page(name)).href;

async function report(name: string, ...from: string[]): Promise<{ bytes: number; runs: number; figures: number }> {
  const { code, stdout, stderr } = await ablate([
    'report',
    ...from,
    '--runs',
    join(folder, 'runs'),
    '--out',
    page(name),
    '--json',
  ]);
  expect(stderr.replace(/figures \d+\/\d+\n/g, '')).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as never;
}

/** Figures are drawn when they come into sight. */
async function firstDrawn(tab: Page): Promise<void> {
  await tab.locator('.chart').first().scrollIntoViewIfNeeded();
  await tab.locator('.chart[data-drawn] svg').first().waitFor();
}

/** Figures that are not drawn, though a reader would come to them. */
const undrawn = (tab: Page): Promise<number> => tab.locator('.chart:not([data-drawn]):visible').count();

/** Words of a PDF; undefined where there is no program that reads them. */
function textOf(file: string): string | undefined {
  try {
    return execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-report-'));
  const { code, stderr } = await ablate(['run', spec, '--out', join(folder, 'runs')]);
  expect(code, stderr).toBe(0);
  experiment = join(folder, 'runs', 'sweep');
  ids = (await readdir(experiment)).filter((name) => name.startsWith('lambda')).sort();
  await report('sweep', experiment);
});
afterAll(closeBrowser);

describe('ablate report', () => {
  it('finds the runs of a spec, of an experiment and of one run, and refuses what is neither', async () => {
    expect((await report('spec', spec)).runs).toBe(6);
    expect((await report('both', experiment, join(experiment, ids[0]!))).runs).toBe(6);
    expect((await report('one', join(experiment, ids[0]!))).runs).toBe(1);
    const { code, stderr } = await ablate(['report', join(folder, 'nothing'), '--out', page('none')]);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no folder and no spec');
    const unasked = await ablate(['report', join(folder, 'nothing'), '--out', page('none')], {
      env: { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9', MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' },
    });
    expect(unasked.stderr).toMatch(/There is no folder and no spec.*does not answer/);
    expect((await ablate(['report', experiment, '--out', join(folder, 'page.pdf')])).code).toBe(2);
  });

  it('says what is asked, compared, different, recorded and gone wrong, without a script', async () => {
    const text = await readFile(page('sweep'), 'utf8');
    for (const part of [
      'How much center loss is too much?',
      'losses.1.center.lambda',
      'lambda 0.1 · seed 2',
      'verification-auc',
      'This is a closed set',
      'processor.model',
      '95 % interval',
      'Differences of accuracy',
      'adjusted by Holm',
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/(?:src|href)="(?!data:|#)/);
  });
});

describe('the page in Chromium', () => {
  inBrowser('opens from disk without a complaint and without the network, and its charts draw', async () => {
    const { page: tab, complaints, requests } = await openPage(address('sweep'));
    await firstDrawn(tab);
    for (const chart of await tab.locator('main > section .chart:visible').all()) {
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('svg').waitFor();
      expect(await chart.locator('svg path').count()).toBeGreaterThan(0);
    }
    expect(await tab.locator('#figures .chart').count()).toBeGreaterThanOrEqual(8);
    expect(await tab.locator('#pictures section[data-run]').count()).toBe(6);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await tab.context().close();
  });

  inBrowser('shows values, and the image behind a point, by mouse and by keyboard alone', async () => {
    const { page: tab, complaints } = await openPage(address('sweep'));
    const scatter = tab.locator('#pictures .chart').first();
    await scatter.scrollIntoViewIfNeeded();
    await scatter.locator('svg').waitFor();
    await scatter.locator('.mark-symbol.role-mark path').first().hover({ force: true });
    await tab.locator('#tip:visible').waitFor();
    expect(await tab.locator('#tip').textContent()).toContain('class');
    await scatter.focus();
    await tab.keyboard.press('End');
    await tab.keyboard.press('Home');
    await tab.locator('#tip .thumb').waitFor();
    expect(await tab.locator('#tip').textContent()).toMatch(/glyph \d/);
    await tab.keyboard.press('Enter');
    await tab.locator('dialog[open] .thumb').waitFor();
    await tab.keyboard.press('Escape');
    await tab.locator('dialog[open]').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  inBrowser('can be walked through by Tab: every control, table and figure', async () => {
    const { page: tab } = await openPage(address('sweep'));
    await firstDrawn(tab);
    const wanted = await tab
      .locator(
        'a[href]:visible, button:visible, input:visible, select:visible, summary:visible, [tabindex="0"]:visible',
      )
      .count();
    const reached = new Set<string>();
    for (let presses = 0; presses < wanted + 10; presses++) {
      await tab.keyboard.press('Tab');
      reached.add(
        await tab.evaluate(() => {
          const all = Array.from(document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]'));
          return String(all.indexOf(document.activeElement!));
        }),
      );
    }
    reached.delete('-1');
    expect(reached.size).toBeGreaterThanOrEqual(wanted);
    await tab.context().close();
  });

  inBrowser('filters runs: rows, pictures, lines and panels follow', async () => {
    const { page: tab, complaints } = await openPage(address('sweep'));
    await firstDrawn(tab);
    const lines = (): Promise<number> => tab.locator('#figures .chart').first().locator('.mark-line path').count();
    expect(await lines()).toBe(3);
    await tab.selectOption('select[data-path="losses.1.center.lambda"]', '0.1');
    await expect.poll(lines).toBe(1);
    await expect.poll(() => tab.locator('#shown').textContent()).toBe('2 of 6 runs');
    expect(await tab.locator('#comparison tr[data-group]:visible').count()).toBe(1);
    await tab.locator('#comparison summary').click();
    expect(await tab.locator('#comparison tr[data-groups]:visible').count()).toBe(0);
    expect(await tab.locator('#comparison tr[data-groups]').count()).toBe(9);
    expect(await tab.locator('#pictures section[data-run]:visible').count()).toBe(2);
    await tab.selectOption('select[data-path="seed"]', '2');
    await expect.poll(() => tab.locator('#shown').textContent()).toBe('1 of 6 runs');
    await tab.fill('input[name="words"]', 'no such run');
    await expect.poll(() => tab.locator('#runs tbody tr:visible').count()).toBe(0);
    await tab.click('button[type="reset"]');
    await expect.poll(() => tab.locator('#runs tbody tr:visible').count()).toBe(6);
    await expect.poll(lines).toBe(3);
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  inBrowser('prints in the colors of paper, with all figures drawn', async () => {
    const { page: tab, complaints } = await openPage(address('sweep'), { colorScheme: 'dark' });
    await tab.evaluate(() => {
      window.print = () => {
        document.title = `printed ${document.documentElement.dataset['theme']} ${document.querySelectorAll('.chart:not([data-drawn])').length}`;
      };
    });
    const hidden = await tab.locator('details .chart').count();
    await tab.click('#print');
    await expect.poll(() => tab.title(), { timeout: 20_000 }).toBe(`printed light ${hidden}`);
    await expect.poll(() => tab.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  inBrowser('is drawn whole where the browser itself prints it, though nobody has scrolled', async () => {
    const { page: tab, complaints } = await openPage('about:blank', { colorScheme: 'dark' });
    await tab.addInitScript(() => {
      window.requestIdleCallback = () => 0;
    });
    await tab.goto(address('sweep'));
    expect(await undrawn(tab)).toBeGreaterThan(5);
    const sheets = await tab.pdf({ path: join(folder, 'printed.pdf'), format: 'A4', printBackground: true });
    expect(sheets.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await undrawn(tab)).toBe(0);
    const words = await tab
      .locator('.chart:visible svg text')
      .evaluateAll((texts) => texts.flatMap((text) => text.textContent!.match(/[a-z]{4,}/gi) ?? []));
    expect(words).toContain('epoch');
    const paper = textOf(join(folder, 'printed.pdf'));
    if (paper !== undefined) expect(words.filter((word) => !paper.includes(word))).toEqual([]);
    await expect.poll(() => tab.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  inBrowser('is drawn whole in idle time, for a picture of all of it', async () => {
    const { page: tab, complaints } = await openPage(address('sweep'));
    await expect.poll(() => undrawn(tab), { timeout: 20_000 }).toBe(0);
    expect(await tab.evaluate(() => scrollY)).toBe(0);
    expect(await tab.locator('.chart:visible image:not([href^="data:"])').count()).toBe(0);
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  inBrowser('prints every metric of the comparison within a sheet of A4, as the filters have it', async () => {
    const { page: tab } = await openPage(address('sweep'), { viewport: { width: 700, height: 1000 } });
    await firstDrawn(tab);
    await tab.selectOption('select[data-path="losses.1.center.lambda"]', '0.1');
    await expect.poll(() => tab.locator('#shown').textContent()).toBe('2 of 6 runs');
    const metrics = await tab.locator('#comparison .screen thead th').allTextContents();
    await tab.emulateMedia({ media: 'print' });
    expect((await tab.locator('#comparison .paper tbody th').allTextContents()).sort()).toEqual(
      metrics.slice(1).sort(),
    );
    expect(await tab.locator('#comparison .paper thead th:visible').allTextContents()).toEqual([
      'metric',
      'lambda 0.1',
    ]);
    expect(await tab.locator('#comparison .screen').isVisible()).toBe(false);
    expect(
      await tab.evaluate(() =>
        Array.from(document.querySelectorAll('main table, main figure'))
          .filter((one) => one.getBoundingClientRect().right > innerWidth)
          .map((one) => one.textContent!.slice(0, 60)),
      ),
    ).toEqual([]);
    await tab.context().close();
  });

  inBrowser('sorts tables by their headings', async () => {
    const { page: tab } = await openPage(address('sweep'));
    const heading = tab.locator('#comparison thead th', { hasText: /^accuracy$/ });
    const column = await heading.evaluate((cell) => (cell as HTMLTableCellElement).cellIndex);
    const values = (): Promise<number[]> =>
      tab
        .locator('#comparison tr[data-group]')
        .evaluateAll(
          (rows, index) => rows.map((row) => Number((row.children[index] as HTMLElement).dataset['value'])),
          column,
        );
    await heading.locator('button').press('Enter');
    const found = await values();
    expect(found).toEqual([...found].sort((one, other) => other - one));
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    await tab.context().close();
  });

  inBrowser('saves each figure as SVG, PNG, PDF and CSV, as the filters have it', async () => {
    const { page: tab, complaints } = await openPage(address('sweep'));
    await firstDrawn(tab);
    await tab.selectOption('select[data-path="losses.1.center.lambda"]', '0.1');
    await expect.poll(() => tab.locator('#shown').textContent()).toBe('2 of 6 runs');
    const saved: Record<string, Buffer> = {};
    for (const kind of ['SVG', 'PNG', 'PDF', 'CSV']) {
      const [download] = await Promise.all([
        tab.waitForEvent('download'),
        tab.locator('#figures figure').first().locator(`button[data-save="${kind}"]`).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`learning-curve-loss.${kind.toLowerCase()}`);
      saved[kind] = await readFile((await download.path())!);
    }
    expect(saved['SVG']!.toString()).toContain('<title>');
    const { width, height } = await sharp(saved['SVG']!).metadata();
    expect(await sharp(saved['PNG']!).metadata()).toMatchObject({
      format: 'png',
      width: 3 * width!,
      height: 3 * height!,
    });
    expect(saved['PDF']!.subarray(0, 5).toString()).toBe('%PDF-');
    const rows = saved['CSV']!.toString().trim().split('\r\n');
    expect(rows[0]).toBe('run,epoch,loss,low,high');
    expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(['lambda 0.1', 'lambda 0.1', 'lambda 0.1']);
    await writeFile(join(folder, 'page.pdf'), saved['PDF']!);
    expect(textOf(join(folder, 'page.pdf')) ?? 'epoch').toContain('epoch');
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  for (const [scheme, viewport] of [
    ['light', { width: 1280, height: 900 }],
    ['dark', { width: 1280, height: 900 }],
    ['light', { width: 360, height: 740 }],
  ] as const) {
    inBrowser(`has nothing that axe-core finds serious, ${scheme}, ${viewport.width} pixels wide`, async () => {
      const { page: tab, complaints } = await openPage(address('sweep'), {
        colorScheme: scheme,
        viewport,
        bypassCSP: true,
      });
      await firstDrawn(tab);
      await tab.evaluate(() => document.querySelectorAll('details').forEach((one) => one.setAttribute('open', '')));
      await tab.addScriptTag({ path: axe });
      const found = await tab.evaluate(async () =>
        (
          await (
            window as never as {
              axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
            }
          ).axe.run()
        ).violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0]!.html.slice(0, 200)}`),
      );
      expect(found.filter((line) => /^(serious|critical)/.test(line))).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(await tab.evaluate(() => document.documentElement.dataset['theme'])).toBe(scheme);
      expect(complaints).toEqual([]);
      await tab.context().close();
    });
  }

  inBrowser('shows names with markup, quotes, emoji and 300 characters harmlessly', async () => {
    const hostile = join(folder, 'hostile', 'runs');
    await mkdir(hostile, { recursive: true });
    for (const [index, id] of ids.slice(0, 2).entries()) {
      await copyRun(join(experiment, id), join(hostile, id), (summary) =>
        Object.assign(summary, {
          label: `${nasty}${index}`,
          point: { [nasty]: `${nasty}${index}` },
          metrics: { [nasty]: 1, accuracy: 0.5 },
          status: index === 0 ? 'finished' : 'failed',
          error: { code: nasty, message: nasty },
        }),
      );
      const spec = parse(await readFile(join(hostile, id, 'spec.yaml'), 'utf8')) as object;
      await writeFile(
        join(hostile, id, 'spec.yaml'),
        JSON.stringify({ ...spec, name: 'x', description: nasty, figures: [], losses: [{ [`${nasty}${index}`]: {} }] }),
      );
      const split = join(hostile, id, 'embeddings', 'test.safetensors');
      const { tensors, metadata } = await readSafetensors(split);
      await writeSafetensors(split, [...tensors.values()], {
        ...metadata,
        classNames: JSON.stringify([nasty, `${nasty}2`, '"', '</script>']),
      });
      appendFileSync(
        join(hostile, id, 'journal.jsonl'),
        `${JSON.stringify({ v: 1, seq: 1e6, time: Date.now(), type: 'warning', message: nasty })}\n`,
      );
    }
    await report('hostile', hostile);
    const {
      page: tab,
      complaints,
      requests,
    } = await openPage(address('hostile'), { viewport: { width: 900, height: 800 } });
    await firstDrawn(tab);
    for (const chart of await tab.locator('.chart:visible').all()) await chart.scrollIntoViewIfNeeded();
    await tab.locator('#pictures .chart svg').first().waitFor();
    await tab.locator('#pictures .chart').first().focus();
    await tab.keyboard.press('ArrowRight');
    await tab.locator('#tip:visible').waitFor();
    expect(await tab.evaluate(() => (window as never as { broken?: number }).broken)).toBeUndefined();
    // A name of an experiment with markup is none: such a summary is not read.
    expect(await tab.locator('#comparison').textContent()).toContain('<script>');
    expect(await tab.locator('#tip').textContent()).toContain('😀');
    expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const [download] = await Promise.all([
      tab.waitForEvent('download'),
      tab.locator('#pictures button[data-save="SVG"]').first().click(),
    ]);
    expect(await readFile((await download.path())!, 'utf8')).not.toMatch(/<script>|<img/);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await tab.context().close();
  });

  inBrowser('holds 200 runs in less than 10 MB, and draws them', async () => {
    const many = join(folder, 'many', 'runs');
    await manyRuns(
      200,
      ids.map((id) => join(experiment, id)),
      many,
    );
    const { bytes, runs } = await report('many', many);
    expect(runs).toBe(200);
    expect(bytes).toBeLessThan(10e6);
    expect((await stat(page('many'))).size).toBe(bytes);
    const { page: tab, complaints } = await openPage(address('many'));
    await firstDrawn(tab);
    expect(await tab.locator('#pictures section[data-run]').count()).toBe(200);
    const last = tab.locator('#pictures section > figure .chart').last();
    await last.scrollIntoViewIfNeeded();
    await last.locator('svg').waitFor();
    expect(complaints).toEqual([]);
    await tab.context().close();
  });
});

describe('a report of runs that went wrong', () => {
  it('tells of a run that failed, and of a folder that is damaged', async () => {
    const broken = join(folder, 'broken', 'runs');
    await mkdir(broken, { recursive: true });
    await copyRun(join(experiment, ids[0]!), join(broken, 'failed'), (summary) =>
      Object.assign(summary, {
        status: 'failed',
        label: 'the failed one',
        error: { code: 'RUN_FAILED', message: 'The loss became NaN at step 7.' },
      }),
    );
    await cp(join(broken, 'failed'), join(broken, 'damaged'), { recursive: true });
    await writeFile(join(broken, 'damaged', 'summary.json'), '{');
    expect((await report('broken', broken)).runs).toBe(1);
    const text = await readFile(page('broken'), 'utf8');
    expect(text).toContain('The loss became NaN at step 7.');
    expect(text).toMatch(/runs\/damaged: cannot be read/);
  });
});
