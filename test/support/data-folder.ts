import { existsSync } from 'node:fs';
import { it } from 'vitest';

/** Folder of the real data sets, from `ABLATE_DATA`; undefined where it is not there. */
export const dataFolder: string | undefined =
  process.env.ABLATE_DATA && existsSync(process.env.ABLATE_DATA) ? process.env.ABLATE_DATA : undefined;

/**
 * A test on real data: skipped, with the reason in its name, where there is none; a failure where `ABLATE_REQUIRE_DATA`
 * is 1.
 */
export function itWithData(name: string, test: (folder: string) => void | Promise<void>, timeout?: number): void {
  if (dataFolder !== undefined) it(name, () => test(dataFolder), timeout);
  else if (process.env.ABLATE_REQUIRE_DATA === '1')
    it(name, () =>
      Promise.reject(
        new Error('ABLATE_DATA does not name a folder of data sets, and ABLATE_REQUIRE_DATA asks for it.'),
      ),
    );
  else it.skip(`${name} (skipped: ABLATE_DATA does not name a folder of data sets)`, () => undefined);
}
