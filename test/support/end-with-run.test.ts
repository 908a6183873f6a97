import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { isProcessAlive } from '../../framework/base/system/is-process-alive.ts';
import config from '../../vitest.config.ts';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** A test that never lets go of its thread, with a server and a child that last as long. */
const busy = `import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { TestServer } from ${JSON.stringify(new URL('./test-server.ts', import.meta.url).href)};
const lasting = "setInterval(() => undefined, 1000)";
it('is busy', () => {
  new TestServer(process.execPath, ['-e', "require('fs').writeFileSync('server', String(process.pid));" + lasting]);
  const child = spawn(process.execPath, ['-e', lasting]);
  while (!existsSync('server') || readFileSync('server', 'utf8') === '');
  writeFileSync('begun', JSON.stringify([process.pid, child.pid, Number(readFileSync('server', 'utf8'))]));
  renameSync('begun', 'pids');
  for (;;);
});`;

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'ends processes of tests and what they have started when %s ends the run alone',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'ablate-run-'));
    const { pool, setupFiles } = config.test!;
    writeFileSync(join(folder, 'busy.test.js'), busy);
    writeFileSync(
      join(folder, 'vitest.config.mjs'),
      `export default ${JSON.stringify({ test: { pool, setupFiles, globals: true } })}`,
    );
    const run = spawn(process.execPath, [vitest, 'run', '--root', folder], { cwd: folder, stdio: 'ignore' });
    const pids = join(folder, 'pids');
    await until(() => existsSync(pids) || run.exitCode !== null);
    const started = JSON.parse(readFileSync(pids, 'utf8')) as number[];
    expect(started.map((pid) => isProcessAlive(pid, ''))).toEqual([true, true, true]);
    run.kill(signal);
    await until(() => started.every((pid) => !isProcessAlive(pid, '')));
  },
);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
