import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tf } from 'ablate-ml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNet } from '../../../framework/author/reference-nets/check-net.ts';
import type { PluginManifest } from '../../../framework/contracts/plugin.ts';
import { useDevice } from '../../../framework/devices/devices.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { describeOn } from '#test/on-device';

const root = join(import.meta.dirname, '../nets');
const nets = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const plugins = (await (await createCatalogue()).builtIn('backbone')).map(
  ({ manifest }) => manifest,
) as PluginManifest<'backbone'>[];
const scratch = mkdtempSync(join(tmpdir(), 'ablate-nets-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Those that a processor that imitates a GPU is quick with. */
const small = ['timm-convnext', 'timm-vit', 'openclip-vit', 'torchvision-vit'];

it('there are 20', () => expect(nets.length).toBe(20));

for (const device of ['tensorflow', 'wasm', 'webgpu'] as const) {
  await describeOn(device, `nets of other libraries on ${device}`, () => {
    for (const net of device === 'webgpu' ? small : nets)
      it(`${net} gives the library's embeddings and gradients`, async () => {
        await useDevice(device);
        const before = tf.memory().numTensors;
        const { checks } = await checkNet(join(root, net), plugins);
        expect(checks.filter(({ passed }) => !passed)).toEqual([]);
        expect(checks.length).toBeGreaterThanOrEqual(2);
        expect(tf.memory().numTensors).toBe(before);
      });
  });
}

let count = 0;
describe('a folder that does not agree', () => {
  beforeAll(async () => void (await useDevice('auto')));
  const changed = (
    net: string,
    change: (spec: { class: string; architecture: Record<string, unknown> }) => void,
  ): string => {
    const folder = join(scratch, `${net}-${count++}`);
    cpSync(join(root, net), folder, { recursive: true });
    const spec = JSON.parse(readFileSync(join(folder, 'spec.json'), 'utf8')) as Parameters<typeof change>[0];
    change(spec);
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
    return folder;
  };

  it('fails by its embedding, where a layer is another', async () => {
    const folder = changed('openclip-vit', ({ architecture }) => void (architecture['activation'] = 'gelu'));
    const { checks } = await checkNet(folder, plugins);
    expect(checks.map(({ input, passed }) => [input, passed])).toEqual([
      ['embedding', false],
      ['gradient', false],
    ]);
  });

  it('fails by the names of its weights, which are listed', async () => {
    const folder = changed('timm-vit', ({ architecture }) => void (architecture['layerScale'] = true));
    const { checks } = await checkNet(folder, plugins);
    expect(checks[0]).toMatchObject({ input: 'net', passed: false });
    expect(checks[0]!.message).toContain('"blocks.0.ls1.gamma" is missing (blocks/0/ls1/gamma)');
  });

  it('is refused, where no backbone is that class or a file is missing', async () => {
    await expect(
      checkNet(
        changed('timm-vit', (spec) => void (spec.class = 'timm.models.Swin')),
        plugins,
      ),
    ).rejects.toThrow('No backbone is timm.models.Swin of timm.');
    await expect(checkNet(join(scratch, 'none'), plugins)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });
});
