import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { loadedNative } from '../../devices/native/load-native.ts';
import { readSafetensors, writeSafetensors } from '../../records/checkpoints/safetensors.ts';
import { restore, storedTensors } from '../../training/engine/restore.ts';
import type { BackboneOfRun } from '../evaluate/backbone-of-run.ts';
import type { Graph } from './graph.ts';
import { convertToOnnx, embedByOnnx, requireOnnxConverter } from './onnx.ts';
import { readGraphModel } from './read-graph-model.ts';
import { writeGraphModel } from './write-graph-model.ts';
import { writeSavedModel } from './write-saved-model.ts';

/** What a format writes from. */
export interface ExportSource extends BackboneOfRun {
  /** The backbone as a graph. @throws AblateError EXPORT_UNSUPPORTED */
  graph(): Graph;
}

/** A way to take a model away. */
export interface ExportFormat {
  /** @throws AblateError EXPORT_UNSUPPORTED where this machine cannot write it */
  require?(): Promise<void>;
  /** @returns names of the files it wrote */
  write(folder: string, source: ExportSource): Promise<string[]>;
  /** Embeddings of `images` by what was written, or why nothing here can compute them. */
  embed(
    folder: string,
    images: tf.Tensor4D,
    source: ExportSource,
  ): Promise<Float32Array | { readonly unchecked: string }>;
}

const weightsFile = 'model.safetensors';

const safetensors: ExportFormat = {
  async write(folder, { parameters }) {
    await writeSafetensors(join(folder, weightsFile), storedTensors(parameters), {
      format: 'ablate-model',
      version: '1',
    });
    return [weightsFile];
  },
  async embed(folder, images, { backbone, parameters, step }) {
    const { tensors } = await readSafetensors(join(folder, weightsFile), true);
    await restore(parameters, { tensors });
    const embedding = tf.tidy(() => backbone.forward(images, { training: false, step }));
    return embedding.data<'float32'>().finally(() => embedding.dispose());
  },
};

/** Embeddings by a model that is disposed afterwards. */
async function predict(
  model: { predict(input: unknown): unknown; dispose(): void },
  images: tf.Tensor4D,
): Promise<Float32Array> {
  const answer = model.predict({ images }) as tf.Tensor | { embedding: tf.Tensor };
  const embedding = answer instanceof tf.Tensor ? answer : answer.embedding;
  try {
    return await embedding.data<'float32'>();
  } finally {
    embedding.dispose();
    model.dispose();
  }
}

/** Formats by the name that `--format` takes. */
export const exportFormats: Readonly<Record<string, ExportFormat>> = {
  tfjs: {
    write: (folder, { graph }) => writeGraphModel(folder, graph()),
    embed: async (folder, images) => predict(await readGraphModel(folder), images),
  },
  safetensors,
  'saved-model': {
    write: (folder, { graph }) => writeSavedModel(folder, graph()),
    async embed(folder, images) {
      const native = tf.getBackend() === 'tensorflow' ? loadedNative() : undefined;
      if (!native)
        return { unchecked: 'only the native TensorFlow library loads a SavedModel; add --device tensorflow' };
      return predict(await native.node.loadSavedModel(folder), images);
    },
  },
  onnx: {
    require: requireOnnxConverter,
    async write(folder, { graph }) {
      const savedModel = await mkdtemp(join(tmpdir(), 'ablate-saved-model-'));
      try {
        await writeSavedModel(savedModel, graph());
        await convertToOnnx(savedModel, join(folder, 'model.onnx'));
      } finally {
        await rm(savedModel, { recursive: true });
      }
      return ['model.onnx'];
    },
    embed: async (folder, images) =>
      embedByOnnx(join(folder, 'model.onnx'), await images.data<'float32'>(), images.shape),
  },
};
