import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium as driver, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

function onPath(names: readonly string[]): string | undefined {
  const places = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
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
export const chromiumPath =
  process.env['ABLATE_CHROMIUM'] ?? onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);

const browsers = new Map<string, Promise<Browser>>();

/** A browser started with these flags, one for all pages that ask for the same. */
function browserWith(flags: readonly string[]): Promise<Browser> {
  const key = flags.join(' ');
  const browser =
    browsers.get(key) ??
    driver.launch({ executablePath: chromiumPath!, args: ['--no-sandbox', '--disable-dev-shm-usage', ...flags] });
  browsers.set(key, browser);
  return browser;
}

/** What a page said and asked for beyond itself. */
export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, refusals by the page's policy. */
  readonly complaints: string[];
  /** Addresses asked for that are not the page's own. */
  readonly requests: string[];
}

/**
 * Opens a page and listens to all it complains of.
 *
 * @param own says which addresses are the page's own; files, data and blobs alone unless given
 * @param flags of Chromium, on top of what all pages have
 */
export async function openPage(
  url: string,
  options: BrowserContextOptions = {},
  own: (url: string) => boolean = (address) => /^(file|data|blob):/.test(address),
  flags: readonly string[] = [],
): Promise<Watched> {
  const context = await (await browserWith(flags)).newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => own(request.url()) || requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

/** Ends all browsers. */
export async function closeBrowser(): Promise<void> {
  for (const browser of browsers.values()) await (await browser).close();
  browsers.clear();
}
