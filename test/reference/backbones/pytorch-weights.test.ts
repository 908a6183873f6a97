import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tf } from 'ablate-ml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import iresnet from '../../../plugins/backbones/iresnet/index.ts';
import resnet from '../../../plugins/backbones/resnet/index.ts';
import { writeSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { makeBackbone, onFastestDevice } from '#test/backbone-on-device';

interface Case {
  readonly side: number;
  readonly tensors: [name: string, shape: number[]][];
  readonly output: number[][];
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'pytorch-outputs.json'), 'utf8')) as Record<
  'iresnet' | 'resnet',
  Case
>;
const plugins = { iresnet, resnet };
const folder = mkdtempSync(join(tmpdir(), 'ablate-weights-'));
beforeAll(onFastestDevice);
afterAll(() => rmSync(folder, { recursive: true }));

/** The formula of pytorch_outputs.py. */
const units = (count: number, number: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => ((index * 7919 + number * 104729) % 65537) / 65537 - 0.5);
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

function value(name: string, shape: number[], number: number): Float32Array {
  if (name === 'features.weight') return new Float32Array(sizeOf(shape)).fill(1);
  const draws = units(sizeOf(shape), number);
  if (shape.length > 1) return Float32Array.from(draws, (draw) => draw * Math.sqrt(12 / sizeOf(shape.slice(1))));
  if (/(?:running_mean|bias)$/.test(name)) return Float32Array.from(draws, (draw) => 0.4 * draw);
  return Float32Array.from(draws, (draw) => (name.includes('prelu') ? 0.25 : 1) + 0.4 * draw);
}

/** Writes a state dictionary as Python's safetensors does: also the counters of batches, which are int64. */
function writeStateDictionary(file: string, tensors: readonly (readonly [string, number[], Float32Array?])[]): void {
  const header: Record<string, object> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, shape, data] of tensors) {
    const bytes = data ? new Uint8Array(data.buffer) : new Uint8Array(8);
    header[name] = { dtype: data ? 'F32' : 'I64', shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, ...parts]));
}

const stateOf = ({ tensors }: Case, prefix = ''): [string, number[], Float32Array?][] =>
  tensors.map(
    ([name, shape], number) =>
      [prefix + name, shape, ...(name.endsWith('num_batches_tracked') ? [] : [value(name, shape, number)])] as [
        string,
        number[],
        Float32Array?,
      ],
  );

describe.each(['iresnet', 'resnet'] as const)("%s with PyTorch's weights", (name) => {
  const { side, output } = cases[name];
  const file = join(folder, `${name}.safetensors`);
  const options = { layers: 18, embedding: 6, weights: file };

  it("gives PyTorch's embeddings", async () => {
    writeStateDictionary(file, stateOf(cases[name], name === 'iresnet' ? 'module.' : ''));
    const before = tf.memory().numTensors;
    const backbone = await makeBackbone(plugins[name], options, [side, side, 3]);
    expect(tf.memory().numTensors - before).toBe(backbone.parameters.length);
    const images = tf.tensor4d(
      Float32Array.from(units(2 * side * side * 3, 1000), (draw) => 2 * draw),
      [2, side, side, 3],
    );
    const found = tf.tidy(() => backbone.forward(images, { training: false, step: 0 }).arraySync());
    output.flat().forEach((expected, index) => expect(found.flat()[index]).toBeCloseTo(expected, 3));
    tf.dispose([images, backbone.parameters.map(({ variable }) => variable)]);
  });

  it('refuses weights of another network, naming what does not fit', async () => {
    const refusal = (await makeBackbone(plugins[name], { ...options, layers: 34 }, [side, side, 3]).catch(
      (error: Error) => error,
    )) as Error;
    expect(refusal).toMatchObject({ code: 'DATA_INVALID' });
    expect(refusal.message).toMatch(/"(?:module\.)?layer1\.2\.\S+" is missing \(stage1\/unit3\//);
    expect(refusal.message).toMatch(/and \d+ more/);
  });
});

it("iresnet takes no gain on the embedding; resnet leaves another classifier's weights out", async () => {
  const changed = stateOf(cases.iresnet).map(
    ([name, shape, data]) =>
      [name, shape, name === 'features.weight' ? data!.map(() => 2) : data] as [string, number[], Float32Array?],
  );
  const file = join(folder, 'changed.safetensors');
  writeStateDictionary(file, changed);
  await expect(makeBackbone(iresnet, { layers: 18, embedding: 6, weights: file }, [32, 32, 3])).rejects.toThrow(
    '"features.weight" is not 1 throughout',
  );
  await expect(makeBackbone(iresnet, { layers: 18, embedding: 7, weights: file }, [32, 32, 3])).rejects.toThrow(
    '"fc.weight" is [6, 2048], which does not fit embedding/kernel [2048, 7]',
  );
  const trunk = await makeBackbone(
    resnet,
    { layers: 18, embedding: 9, weights: join(folder, 'resnet.safetensors') },
    [40, 40, 3],
  );
  const plain = await makeBackbone(resnet, { layers: 18, embedding: 9 }, [40, 40, 3]);
  const kernelOf = ({ parameters }: typeof trunk, name: string): number[] => [
    ...parameters
      .find((parameter) => parameter.name === name)!
      .variable.dataSync()
      .slice(0, 20),
  ];
  expect(kernelOf(trunk, 'embedding/kernel')).toEqual(kernelOf(plain, 'embedding/kernel'));
  expect(kernelOf(trunk, 'stem/convolution/kernel')).not.toEqual(kernelOf(plain, 'stem/convolution/kernel'));
});

it("takes what `ablate export --format safetensors` wrote, by Ablate's own names", async () => {
  const made = await makeBackbone(resnet, { layers: 18, embedding: 4, stem: 'cifar' }, [8, 8, 1]);
  const file = join(folder, 'own.safetensors');
  const stored = made.parameters.map(({ name, variable }) => ({
    name: `backbone/${name}`,
    dtype: 'float32' as const,
    shape: variable.shape,
    data: variable.dataSync<'float32'>().map((number) => number + 1),
  }));
  await writeSafetensors(file, stored, {});
  const again = await makeBackbone(resnet, { layers: 18, embedding: 4, stem: 'cifar', weights: file }, [8, 8, 1]);
  again.parameters.forEach(({ variable }, index) =>
    expect([...variable.dataSync().slice(0, 5)]).toEqual([...stored[index]!.data.slice(0, 5)]),
  );
});

it('says how to convert a .pth, and where a missing file was looked for', async () => {
  writeFileSync(join(folder, 'model.pth'), '');
  await expect(makeBackbone(resnet, { weights: join(folder, 'model.pth') }, [8, 8, 1])).rejects.toThrow(
    'safetensors.torch.save_file',
  );
  await expect(makeBackbone(resnet, { weights: 'none.safetensors' }, [8, 8, 1])).rejects.toMatchObject({
    code: 'DATA_NOT_FOUND',
  });
});
