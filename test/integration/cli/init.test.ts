import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { projects } from '../../../framework/author/project/write-project.ts';
import { writeSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { ablateHere } from '#test/ablate-here';

const folder = mkdtempSync(join(tmpdir(), 'ablate-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Ten classes of eight pictures, each class of a color of its own. */
async function pictures(data: string): Promise<void> {
  for (let label = 0; label < 10; label++) {
    mkdirSync(join(data, `class-${label}`), { recursive: true });
    for (let index = 0; index < 8; index++) {
      const color = { r: label * 25, g: 255 - label * 25, b: index * 30 };
      const image = sharp({ create: { width: 40, height: 40, channels: 3, background: color } });
      await image.png().toFile(join(data, `class-${label}`, `${index}.png`));
    }
  }
}

const dataOf: Readonly<Record<string, (data: string) => Promise<void> | void>> = {
  faces: pictures,
  products: pictures,
  characters: pictures,
  're-id': (data) =>
    cpSync(
      join(import.meta.dirname, '../../reference/layouts/market-1501/Market-1501-v15.09.15'),
      join(data, 'Market-1501-v15.09.15'),
      {
        recursive: true,
      },
    ),
  features: async (data) => {
    await writeSafetensors(
      join(data, 'embeddings.safetensors'),
      [
        {
          name: 'embedding',
          dtype: 'float32',
          shape: [80, 6],
          data: Float32Array.from({ length: 480 }, (_, index) => Math.sin(index) + Math.floor(index / 48)),
        },
        {
          name: 'label',
          dtype: 'int32',
          shape: [80],
          data: Int32Array.from({ length: 80 }, (_, index) => Math.floor(index / 8)),
        },
      ],
      {},
    );
  },
};

describe('ablate init', () => {
  it.each(Object.keys(projects))('%s runs as it is written, once its data are there', async (name) => {
    const out = join(folder, name);
    const made = await ablateHere(['init', name, '--out', out]);
    expect(made.code, made.stderr).toBe(0);
    expect(readdirSync(out).sort()).toEqual(
      ['.gitignore', 'README.md', 'ablate.schema.json', `${name}.yaml`, 'package.json'].sort(),
    );
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain(`npx ablate data check ${name}.yaml`);
    const spec = join(out, `${name}.yaml`);
    const before = await ablateHere(['validate', spec]);
    expect(before).toMatchObject({ code: 2, stderr: expect.stringContaining('dataset.') });
    mkdirSync(join(out, 'data'));
    await dataOf[name]!(join(out, 'data'));
    const ran = await ablateHere(['run', spec, '--profile', 'smoke', '--out', join(out, 'runs')]);
    expect(ran.code, ran.stderr).toBe(0);
  });

  it('refuses a project that it does not know, and a folder that is there', async () => {
    expect(await ablateHere(['init', 'cats'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Projects: faces, products'),
    });
    expect(await ablateHere(['init', 'faces', '--out', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already'),
    });
  });
});
