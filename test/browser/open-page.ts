import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium as driver, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

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
