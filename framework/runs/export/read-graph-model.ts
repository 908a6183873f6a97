import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

interface ModelJson {
  readonly modelTopology: object;
  readonly signature: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: tf.io.WeightsManifestEntry[];
  }[];
}

/** Loads a graph model from its folder, on the device in use. The caller disposes it. */
export function readGraphModel(folder: string): Promise<tf.GraphModel> {
  return tf.loadGraphModel({
    async load() {
      const { weightsManifest, ...model } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as ModelJson;
      const shards = await Promise.all(
        weightsManifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path))),
      );
      const data = Buffer.concat(shards);
      return {
        ...model,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer,
      };
    },
  });
}
