import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openWeights } from './open-weights.ts';
import { legacyFile, pickleOf, zipFile, type Written } from './torch-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'ablate-torch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written: Written[] = [
  { name: 'a.weight', type: 'FloatStorage', shape: [2, 3], numbers: new Float32Array([1, 2, 3, 4, 5, 6]) },
  { name: 'a.num_batches_tracked', type: 'LongStorage', shape: [], numbers: new BigInt64Array([7n]) },
  {
    name: 'b.turned',
    type: 'FloatStorage',
    shape: [3, 2],
    strides: [1, 3],
    numbers: new Float32Array([1, 2, 3, 4, 5, 6]),
  },
  { name: 'c.part', type: 'FloatStorage', shape: [2], offset: 3, numbers: new Float32Array([0, 0, 0, 8, 9]) },
  { name: 'd.half', type: 'HalfStorage', shape: [2], numbers: new Uint16Array([0x3c00, 0xc000]) },
];
const save = (name: string, bytes: Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
};
const numbersOf = async (file: string): Promise<Record<string, { shape: readonly number[]; numbers: number[] }>> => {
  const arrays = await openWeights(file);
  const found: Record<string, { shape: readonly number[]; numbers: number[] }> = {};
  for (const name of arrays.names) {
    const array = (await arrays.array(name))!;
    const numbers: number[] = [];
    await array.read((piece) => void numbers.push(...Array.from(piece)));
    found[name] = { shape: array.shape, numbers };
  }
  await arrays.close();
  return found;
};
const expected = {
  'a.weight': { shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6] },
  'a.num_batches_tracked': { shape: [], numbers: [7] },
  // Element [row, column] lies at row + 3 · column.
  'b.turned': { shape: [3, 2], numbers: [1, 4, 2, 5, 3, 6] },
  'c.part': { shape: [2], numbers: [8, 9] },
  'd.half': { shape: [2], numbers: [1, -2] },
};

describe.each([
  ['zip', zipFile],
  ['legacy', legacyFile],
] as const)("PyTorch's %s format", (format, write) => {
  it('gives the tensors, whatever their strides, offsets and types', async () => {
    expect(await numbersOf(save(`${format}.pth`, await write(pickleOf(written), written)))).toEqual(expected);
  });

  it('finds the weights within a checkpoint of a training script', async () => {
    const file = save(`${format}-wrapped.pth`, await write(pickleOf(written, { wrapped: 'state_dict' }), written));
    expect(await numbersOf(file)).toEqual(expected);
  });

  it.each([
    ['posix.system', 'posix', 'system'],
    ['builtins.eval', 'builtins', 'eval'],
    ['torch.nn.modules.container.Sequential', 'torch.nn.modules.container', 'Sequential'],
    ['numpy.core.multiarray.scalar', 'numpy.core.multiarray', 'scalar'],
  ])('refuses %s by name, without running it', async (name, module, member) => {
    const file = save(`${format}-hostile.pth`, await write(pickleOf(written, { global: [module, member] }), written));
    await expect(openWeights(file)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(`holds ${name}, where only tensors and plain containers are read`) as string,
    });
  });

  it('refuses a tensor that repeats few numbers into many, or reaches beyond its storage', async () => {
    const vast: Written = { ...written[0]!, shape: [1_000_000, 1_000_000], strides: [0, 0] };
    await expect(openWeights(save('vast.pth', await write(pickleOf([vast]), [vast])))).rejects.toThrow(
      'describes a tensor [1000000, 1000000] of 6 numbers',
    );
    const beyond: Written = { ...written[0]!, offset: 1 };
    await expect(openWeights(save('beyond.pth', await write(pickleOf([beyond]), [beyond])))).rejects.toThrow(
      'beyond the end of its 6 numbers',
    );
  });

  it('refuses a file cut short anywhere', async () => {
    const bytes = await write(pickleOf(written), written);
    for (let length = 0; length < bytes.length; length += 17) {
      const file = save('cut.pth', bytes.subarray(0, length));
      await expect(numbersOf(file), `${length} of ${bytes.length} bytes`).rejects.toMatchObject({
        code: 'DATA_INVALID',
      });
    }
  });

  it('refuses bytes that are damaged, or reads them: it never fails otherwise', async () => {
    const bytes = await write(pickleOf(written), written);
    for (let place = 0; place < bytes.length; place += 7) {
      const damaged = Buffer.from(bytes);
      damaged[place]! ^= 0x55;
      const outcome = await numbersOf(save('damaged.pth', damaged)).catch((error: { code?: string }) => error.code);
      expect(typeof outcome === 'object' || outcome === 'DATA_INVALID', `byte ${place}: ${String(outcome)}`).toBe(true);
    }
  });
});

it('refuses what is no file of weights by what it is', async () => {
  await expect(openWeights(save('page.pth', Buffer.from('<!doctype html><html>')))).rejects.toThrow(
    "neither a safetensors file nor one of PyTorch's: it is a web page",
  );
  await expect(openWeights(save('empty.pth', Buffer.alloc(0)))).rejects.toThrow('neither a safetensors file');
  const archive = await zipFile(pickleOf(written), written, 'code/net.py');
  await expect(openWeights(save('script.pt', archive))).rejects.toThrow('it holds no data.pkl');
});
