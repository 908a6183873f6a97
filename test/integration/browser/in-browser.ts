import { it, type TestFunction } from 'vitest';
import { chromiumPath } from '#test/open-page';

/** A test in a browser: skipped, saying why, where there is none; failed where `ABLATE_REQUIRE_CHROMIUM` is 1. */
export function inBrowser(name: string, test: TestFunction): void {
  if (chromiumPath) it(name, test);
  else if (process.env['ABLATE_REQUIRE_CHROMIUM'] === '1')
    it(name, () => {
      throw new Error(
        'There is no Chromium, and ABLATE_REQUIRE_CHROMIUM is 1. Install it (apt-get install chromium) or name it with ABLATE_CHROMIUM.',
      );
    });
  else it.skip(`${name} (skipped: there is no Chromium; install it or name it with ABLATE_CHROMIUM)`);
}
