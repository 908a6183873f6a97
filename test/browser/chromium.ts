import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium as driver, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { it, type TestFunction } from 'vitest';

function onPath(names: readonly string[]): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The machine's own Chromium, or undefined. */
export const chromiumPath = process.env['ABLATE_CHROMIUM'] ?? onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);

/** A test in a browser: skipped, saying why, where there is none; failed where `ABLATE_REQUIRE_CHROMIUM` is 1. */
export function inBrowser(name: string, test: TestFunction): void {
  if (chromiumPath) it(name, test);
  else if (process.env['ABLATE_REQUIRE_CHROMIUM'] === '1') it(name, () => { throw new Error('There is no Chromium, and ABLATE_REQUIRE_CHROMIUM is 1. Install it (apt-get install chromium) or name it with ABLATE_CHROMIUM.'); });
  else it.skip(`${name} (skipped: there is no Chromium; install it or name it with ABLATE_CHROMIUM)`);
}

let browser: Promise<Browser> | undefined;

/** What a page said and asked for beyond itself. */
export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, refusals by the page's policy. */
  readonly complaints: string[];
  /** Addresses asked for that are not the page's own. */
  readonly requests: string[];
}

/** Opens a page and listens to all it complains of. `own` says which addresses are the page's own; files, data and blobs alone unless given. */
export async function openPage(url: string, options: BrowserContextOptions = {}, own: (url: string) => boolean = (address) => /^(file|data|blob):/.test(address)): Promise<Watched> {
  browser ??= driver.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const context = await (await browser).newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => own(request.url()) || requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

/** Ends the browser. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
