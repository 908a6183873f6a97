import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';
import { inBrowser } from './in-browser.ts';
import { closeBrowser, openPage } from '#test/open-page';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const spec = new URL('./sweep.yaml', import.meta.url).pathname;

afterAll(closeBrowser);

describe('ablate run --watch', () => {
  inBrowser(
    'shows a sweep from waiting to finished, with nothing from elsewhere, and what stood at its end',
    async () => {
      const out = await mkdtemp(join(tmpdir(), 'ablate-live-'));
      let found!: (url: string) => void;
      const address = new Promise<string>((resolve) => (found = resolve));
      const run = ablate(['run', spec, '--out', out, '--watch', '--set', 'train.epochs=12'], {
        onStderr: (text) => /watch: (\S+)/.test(text) && found(/watch: (\S+)/.exec(text)![1]!),
      });
      const url = await address;
      const own = new URL(url).origin;
      const {
        page: tab,
        complaints,
        requests,
      } = await openPage(url, { bypassCSP: true }, (asked) => asked.startsWith(own) || asked.startsWith('data:'));
      await expect.poll(() => tab.locator('#runs tbody tr').count()).toBe(6);
      expect(tab.url()).toBe(`${own}/`);
      const first = tab.locator('#runs tbody tr').first();
      await expect.poll(() => first.locator('td.state').textContent(), { timeout: 60_000 }).toMatch(/running|finished/);
      expect(await tab.locator('#runs tbody tr').last().locator('td.state').textContent()).toMatch(/waiting/);
      await expect.poll(() => first.locator('path').count(), { timeout: 60_000 }).toBe(1);
      await tab.reload();
      await expect.poll(() => tab.locator('#runs tbody tr').count()).toBe(6);
      await tab.addScriptTag({ path: axe });
      const serious = await tab.evaluate(async () =>
        (
          await (
            window as never as { axe: { run(): Promise<{ violations: { id: string; impact: string }[] }> } }
          ).axe.run()
        ).violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id }) => id),
      );
      expect(serious).toEqual([]);
      expect((await run).code).toBe(0);
      await expect.poll(() => tab.locator('td.status-finished').count()).toBe(6);
      await expect.poll(() => tab.locator('#connection').textContent()).toContain('has ended');
      expect(await first.locator('td.metrics').textContent()).toContain('accuracy');
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await tab.context().close();
    },
  );
});

describe('ablate watch', () => {
  it('follows runs in a pipe line by line, and ends with them; Ctrl-C ends it too', async () => {
    const out = await mkdtemp(join(tmpdir(), 'ablate-live-'));
    let begin: () => void;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const watched = ablate(['watch', spec, '--runs', out, '--no-page'], {
      onStderr: (text, kill) => {
        if (text.includes('waiting')) begin();
        if (/lambda 0\.1 · seed 2: finished/.test(text)) kill('SIGINT');
      },
    });
    await Promise.race([begun, watched]);
    const { code } = await ablate(['run', spec, '--out', out]);
    expect(code).toBe(0);
    const ended = await watched;
    expect(ended.code).toBe(0);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/lambda 0 · seed 1: waiting/);
    expect(ended.stderr).not.toMatch(/\u001b/);
    const again = await ablate(['watch', join(out, 'sweep'), '--until-done', '--no-page']);
    expect([again.code, again.stderr.trim().split('\n').length]).toEqual([0, 6]);
  });

  it('refuses what is neither folder nor spec, and ports that are none', async () => {
    expect((await ablate(['watch', 'nothing-here'])).code).toBe(2);
    expect((await ablate(['watch', spec, '--port', '70000'])).code).toBe(2);
  });
});
