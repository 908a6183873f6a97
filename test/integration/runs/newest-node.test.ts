import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';

const node = process.env.ABLATE_NEWEST_NODE;
const spec = fileURLToPath(new URL('small.yaml', import.meta.url));

describe('the newest Node', () => {
  const name = 'runs a spec on the native device';
  if (!node && process.env.ABLATE_REQUIRE_NEWEST_NODE === '1')
    it(name, () =>
      Promise.reject(
        new Error('ABLATE_NEWEST_NODE does not name a Node binary, and ABLATE_REQUIRE_NEWEST_NODE asks for it.'),
      ),
    );
  else if (!node) it.skip(`${name} (skipped: ABLATE_NEWEST_NODE does not name a Node binary)`, () => undefined);
  else {
    it(name, async () => {
      const ended = await ablate(
        ['run', spec, '--json', '--out', await mkdtemp(join(tmpdir(), 'ablate-newest-')), '--device', 'tensorflow'],
        { node },
      );
      expect(ended.code, ended.stderr).toBe(0);
      expect(JSON.parse(ended.stdout)).toMatchObject({ runs: [{ status: 'finished' }] });
    }, 120_000);
  }
});
