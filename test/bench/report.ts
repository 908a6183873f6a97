import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { manyRuns } from '#test/changed-runs';
import { closeBrowser, openPage } from '#test/open-page';
import { inNewFolder } from './in-new-folder.ts';
import { resultOf } from './paired.ts';
import type { Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const ablate = (...args: string[]): void =>
  void execFileSync(process.execPath, [here('../../framework/app/bin/ablate.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const runs = 200;
/** Milliseconds within which the page of many runs must have drawn its first figure. */
const most = 2000;

/**
 * From opening a report of 200 runs in Chromium to its first figure, beside the report of the six runs that they are
 * made of. @throws Error where it takes longer than 2 s
 */
export const report: Suite = (pairs) =>
  inNewFolder(async (folder) => {
    ablate('run', here('../integration/browser/sweep.yaml'), '--out', folder);
    const sweep = join(folder, 'sweep');
    const trained = readdirSync(sweep)
      .filter((name) => name.startsWith('lambda'))
      .sort()
      .map((name) => join(sweep, name));
    await manyRuns(runs, trained, join(folder, 'many'));
    for (const name of ['many', 'sweep']) ablate('report', join(folder, name), '--out', join(folder, `${name}.html`));
    const times: { [Event in 'loaded' | 'drawn']: [number, number][] } = { loaded: [], drawn: [] };
    // The first visit starts the browser.
    await visit(join(folder, 'sweep.html'));
    for (let pair = 0; pair < pairs; pair++) {
      const [many, few] = [await visit(join(folder, 'many.html')), await visit(join(folder, 'sweep.html'))];
      for (const event of ['loaded', 'drawn'] as const) times[event].push([many[event], few[event]]);
    }
    await closeBrowser();
    const rows = (['loaded', 'drawn'] as const).map((event) => ({
      case: `${runs} runs, ${event === 'loaded' ? 'the load event' : 'the first figure drawn'}`,
      peer: 'the page of 6 runs',
      ...resultOf(times[event]),
    }));
    const drawn = rows[1]!.ours;
    if (drawn > most)
      throw new Error(`The first figure of ${runs} runs took ${Math.round(drawn)} ms, more than ${most}.`);
    return { title: 'Report: milliseconds from opening the page', rows };
  });

/** Milliseconds from opening a page to its load event and to its first figure. */
async function visit(file: string): Promise<{ loaded: number; drawn: number }> {
  const began = performance.now();
  const { page } = await openPage(pathToFileURL(file).href);
  const loaded = performance.now() - began;
  await page.locator('.chart').first().scrollIntoViewIfNeeded();
  await page.locator('.chart[data-drawn] svg').first().waitFor();
  const drawn = performance.now() - began;
  await page.context().close();
  return { loaded, drawn };
}
