import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../bin/ablate.mjs', import.meta.url));

it('names no command after what every object has', () => {
  expect(spawnSync(process.execPath, [entry, 'constructor'], { encoding: 'utf8' })).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^error: unknown command 'constructor'/) as string,
  });
});
