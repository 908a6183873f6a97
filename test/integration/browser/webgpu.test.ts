import { afterAll, beforeAll, describe, expect } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { largestDifference } from '../../../framework/author/conformance/rules/largest-difference.ts';
import { inBrowser } from './in-browser.ts';
import { chromiumPath, closeBrowser, openPage } from '#test/open-page';
import { serveBundle, type ServedBundle } from './serve-bundle.ts';
import { trainTinyNets } from './tiny-nets.ts';
import type { Page } from './webgpu-page.ts';

// A GPU that the processor imitates, whatever the machine has; and a name that is this machine's but not a secure one.
const flags = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--host-resolver-rules=MAP ablate.test 127.0.0.1',
];

/** A bias before a batch normalization has no gradient but round-off: the absolute part. */
const tolerance = { rel: 1e-4, abs: 1e-7 };

interface Global {
  readonly ablate: Page;
}

let bundle: ServedBundle;
const open = (host: string) =>
  openPage(
    `http://${host}:${bundle.port}/`,
    {},
    (url) => url.startsWith(`http://${host}:${bundle.port}/`) || url.startsWith('data:'),
    flags,
  );

beforeAll(async () => {
  if (chromiumPath) bundle = await serveBundle(new URL('./webgpu-page.ts', import.meta.url));
});
afterAll(async () => {
  await closeBrowser();
  bundle?.close();
});

describe('the device webgpu in a browser', () => {
  inBrowser(
    'trains built-in nets to the numbers of cpu in Node, by the same code and without a module of Node',
    async () => {
      expect(bundle.left).toEqual(['webgpu']);
      const { page, complaints, requests } = await open('localhost');
      const device = await page.evaluate(() => (globalThis as unknown as Global).ablate.start());
      expect(device).toMatchObject({ name: 'webgpu', gpu: false });
      expect(device.description).toMatch(/^WebGPU on .*swiftshader/);
      const { backend, trained, left } = await page.evaluate(() => (globalThis as unknown as Global).ablate.train());
      expect([backend, left]).toEqual(['webgpu', 0]);

      await useDevice('cpu');
      const expected = await trainTinyNets();
      expect(Object.keys(trained)).toEqual(Object.keys(expected));
      for (const [net, { losses, parameters }] of Object.entries(expected)) {
        const found = trained[net]!;
        expect(new Set(found.tensors).size, `${net}: numbers of tensors`).toBe(1);
        expect(found.losses.at(-1), net).toBeLessThan(found.losses[0]!);
        expectNear(`${net}: losses`, found.losses, losses);
        expect(Object.keys(found.parameters), net).toEqual(Object.keys(parameters));
        for (const [name, values] of Object.entries(parameters))
          expectNear(`${net}: ${name}`, found.parameters[name]!, values);
      }
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);

      await page.evaluate(() => (globalThis as unknown as Global).ablate.err());
      await expect
        .poll(() => complaints.some((text) => text.startsWith('WebGPU refused a command')), { timeout: 20_000 })
        .toBe(true);
      await page.context().close();
    },
  );

  inBrowser('says so where the page may not use WebGPU', async () => {
    const { page } = await open('ablate.test');
    await expect(page.evaluate(() => (globalThis as unknown as Global).ablate.start())).rejects.toThrow(
      'the page was not opened in a secure way',
    );
    await page.context().close();
  });
});

function expectNear(what: string, found: readonly number[], expected: readonly number[]): void {
  const difference = largestDifference(found, expected, tolerance);
  expect(difference.within, `${what}: ${JSON.stringify(difference)}`).toBe(true);
}
