import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tf } from 'ablate-ml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import type { RunSpec } from '../../../framework/experiment/spec/spec.ts';
import { dataFacts } from '../../../framework/records/provenance/data-facts.ts';
import { makeBackbone, stepOf } from '#test/backbone-on-device';
import plugin from './index.ts';
import { loadModel } from './model-files.ts';

let folder: string;
let file: string;
let original: tf.LayersModel;
const shape = [8, 8, 1] as const;
const evaluation = { training: false, step: 0 };
const images = () => tf.randomUniform<tf.Rank.R4>([4, ...shape], -1, 1, 'float32', 3);

/** Writes a model as TensorFlow.js does, its weights in two files. */
async function save(model: tf.LayersModel, into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = Buffer.from(weightData as ArrayBuffer);
      await writeFile(path.join(into, 'a.bin'), bytes.subarray(0, 100));
      await writeFile(path.join(into, 'b.bin'), bytes.subarray(100));
      await writeFile(
        path.join(into, 'model.json'),
        JSON.stringify({
          format: 'layers-model',
          modelTopology,
          weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights: weightSpecs }],
        }),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    }),
  );
  return path.join(into, 'model.json');
}

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(path.join(tmpdir(), 'layers-model-'));
  original = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [...shape],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        name: 'first',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      }),
      tf.layers.batchNormalization({ name: 'normalize' }),
      tf.layers.dropout({ rate: 0.5, name: 'drop' }),
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ units: 5, name: 'last', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
    ],
  });
  file = await save(original, path.join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true }));

test("the embedding is the model's own output times the new layer", async () => {
  const backbone = await makeBackbone(plugin, { model: file, embedding: 2, inputRange: [0, 255] }, shape);
  const [kernel, bias] = backbone.parameters.slice(-2).map(({ variable }) => variable);
  const x = images();
  const output = original.predict(tf.mul(tf.add(x, 1), 127.5)) as tf.Tensor2D;
  const expected = tf.add(tf.matMul(output, kernel as unknown as tf.Tensor2D), bias!).dataSync();
  const got = backbone.forward(x, evaluation).dataSync();
  expected.forEach((value, index) => expect(got[index]! / value).toBeCloseTo(1, 4));
});

test('frozen: nothing but the new layer is trained', async () => {
  const { parameters } = await makeBackbone(plugin, { model: file }, shape);
  expect(parameters.filter(({ trainable }) => trainable).map(({ name }) => name)).toEqual([
    'embedding/kernel',
    'embedding/bias',
  ]);
  expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
  expect(parameters).toHaveLength(10);
});

test('fine-tuned: every weight but the running statistics gets a gradient, and these move', async () => {
  const options = { model: file, fineTune: true, rateMultiple: 0.1, embedding: 3 };
  expect(await stepOf(plugin, options, shape)).toEqual({ embedding: [4, 3], untrained: [], left: 0 });
  const backbone = await makeBackbone(plugin, options, shape);
  expect(backbone.parameters.filter(({ trainable }) => !trainable).map(({ name }) => name)).toEqual([
    'trunk/normalize/moving_mean',
    'trunk/normalize/moving_variance',
  ]);
  expect(backbone.parameters.filter(({ weightDecay }) => weightDecay).map(({ name }) => name)).toEqual([
    'trunk/first/kernel',
    'trunk/last/kernel',
    'embedding/kernel',
  ]);
  expect(backbone.parameters[0]!.group).toEqual({ rateMultiple: 0.1 });
  const mean = backbone.parameters.find(({ name }) => name.endsWith('moving_mean'))!.variable;
  const before = [...mean.dataSync()];
  tf.tidy(() => void backbone.forward(images(), { training: true, step: 0 }));
  expect([...mean.dataSync()]).not.toEqual(before);
});

test('dropout is a function of the step, and off in evaluation', async () => {
  const backbone = await makeBackbone(plugin, { model: file, fineTune: true }, shape);
  const x = images();
  const at = (step: number, training = true): number[] => [...backbone.forward(x, { training, step }).dataSync()];
  expect(at(3)).toEqual(at(3));
  expect(at(3)).not.toEqual(at(4));
  expect(at(3, false)).toEqual(at(4, false));
});

test('a layer in the middle: its feature maps are averaged', async () => {
  const backbone = await makeBackbone(plugin, { model: file, layer: 'first', embedding: 2 }, shape);
  expect(backbone.parameters.find(({ name }) => name === 'embedding/kernel')!.variable.shape).toEqual([4, 2]);
  expect(backbone.forward(images(), evaluation).shape).toEqual([4, 2]);
});

/** Of a model's files, one after the other. */
const digest = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const name of ['model.json', 'a.bin', 'b.bin']) hash.update(await readFile(path.join(folder, 'model', name)));
  return hash.digest('hex');
};

test('by its address and the checksum of all its files: what is another there is refused', async () => {
  const server = createServer((request, response) => {
    readFile(path.join(folder, 'model', path.basename(request.url!))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sha256 = await digest();
    const [remote, local] = [
      await makeBackbone(plugin, { model: { url: `${url}/model.json`, sha256 } }, shape),
      await makeBackbone(plugin, { model: file }, shape),
    ];
    const x = images();
    expect([...remote.forward(x, evaluation).dataSync()]).toEqual([...local.forward(x, evaluation).dataSync()]);
    await expect(makeBackbone(plugin, { model: { url: `${url}/none.json`, sha256 } }, shape)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    const weights = await readFile(path.join(folder, 'model', 'b.bin'));
    await writeFile(path.join(folder, 'model', 'b.bin'), Buffer.from(weights).fill(1, 0, 4));
    await expect(makeBackbone(plugin, { model: { url: `${url}/model.json`, sha256 } }, shape)).rejects.toThrow(
      `is ${await digest()}, not ${sha256}`,
    );
    await writeFile(path.join(folder, 'model', 'b.bin'), weights);
    expect(plugin.schema.safeParse({ model: `${url}/model.json` }).error?.message).toContain(
      'an address needs its checksum',
    );
  } finally {
    server.close();
  }
});

test('a server that stalls is given up where the run is told to stop', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const stop = new AbortController();
    server.once('request', () => stop.abort());
    const model = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.json`,
      sha256: 'a'.repeat(64),
    };
    await expect(loadModel(model, { baseDirectory: folder, signal: stop.signal })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('its weight files are known to the record of a run, which names the one that is another', async () => {
  const spec = {
    dataset: { plugin: 'glyphs', options: {} },
    backbone: { plugin: 'layers-model', options: { model: 'model/model.json' } },
    losses: [],
    evaluate: [],
    figures: [],
    tracking: [],
  } as unknown as RunSpec;
  const facts = await dataFacts(spec, folder, await createCatalogue());
  expect(facts.map(({ option, root }) => `${option} ${root}`)).toEqual([
    'backbone.model model/model.json',
    'backbone.model, a.bin model/a.bin',
    'backbone.model, b.bin model/b.bin',
  ]);
  expect(facts[1]!.sha256).toBe(
    createHash('sha256')
      .update(await readFile(path.join(folder, 'model', 'a.bin')))
      .digest('hex'),
  );
});

test('what does not fit is refused in plain words', async () => {
  await expect(makeBackbone(plugin, { model: file }, [9, 8, 1])).rejects.toThrow(
    'takes images of 8×8×1, and these are 9×8×1',
  );
  await expect(makeBackbone(plugin, { model: file, layer: 'second' }, shape)).rejects.toThrow(
    'Its layers are: first, normalize, drop, flat, last.',
  );
  await expect(makeBackbone(plugin, { model: 'nowhere/model.json' }, shape)).rejects.toMatchObject({
    code: 'DATA_NOT_FOUND',
  });
  const broken = path.join(folder, 'broken.json');
  await writeFile(broken, '{"modelTopology": {}}');
  await expect(makeBackbone(plugin, { model: broken }, shape)).rejects.toThrow(
    'is not a layers model of TensorFlow.js',
  );
  const text = await readFile(file, 'utf8');
  await writeFile(broken, text.replace('"a.bin"', '"../a.bin"'));
  await expect(makeBackbone(plugin, { model: broken }, shape)).rejects.toThrow(
    'names a weight file outside its folder: ../a.bin',
  );
  await writeFile(broken, text.replace('"a.bin",', ''));
  await expect(makeBackbone(plugin, { model: broken }, shape)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
});
