import { AblateError, tf, z, type Backbone, type BackboneBlock, type BackboneContext, type Parameter } from 'ablate-ml';
import { dense } from 'ablate-ml/layers';
import { dataFile } from 'ablate-ml/data';
import { loadModel } from './model-files.ts';

export const options = z.strictObject({
  model: dataFile.describe(
    "path of the model.json, from the spec file's folder, or its address with the SHA-256 of it and its weight files, one after the other",
  ),
  layer: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("layer whose output is used; null for the model's own output"),
  fineTune: z
    .boolean()
    .default(false)
    .describe("whether the model's weights are trained on; if not they stay as they are"),
  rateMultiple: z
    .number()
    .positive()
    .default(1)
    .describe("factor of the learning rate for the model's weights when they are fine-tuned"),
  inputRange: z
    .tuple([z.number(), z.number()])
    .default([-1, 1])
    .refine(([low, high]) => low < high, { error: 'the first number must be below the second' })
    .describe('range of the pixels that the model was made for: black and white'),
  embedding: z
    .number()
    .int()
    .min(1)
    .default(128)
    .describe('columns of the embedding, a new fully connected layer behind the model'),
});

/** Options of a trunk that was trained before. */
export type LayersModelOptions = z.output<typeof options>;

/** The part of a model up to a layer's output. @throws AblateError PLUGIN_OPTIONS naming the layers there are */
function upTo(model: tf.LayersModel, layer: string | null): tf.LayersModel {
  if (layer === null) return model;
  const found = model.layers.find(({ name }) => name === layer);
  if (!found) {
    throw new AblateError('PLUGIN_OPTIONS', `The layers model has no layer "${layer}".`, {
      remedy: `Its layers are: ${model.layers.map(({ name }) => name).join(', ')}.`,
    });
  }
  return tf.model({ inputs: model.inputs, outputs: found.output as tf.SymbolicTensor });
}

/** Refuses images that the model cannot take. @throws AblateError PLUGIN_OPTIONS */
function checkShape(model: tf.LayersModel, imageShape: readonly number[]): void {
  const expected = model.inputs[0]!.shape.slice(1);
  const fits =
    model.inputs.length === 1 &&
    expected.length === 3 &&
    expected.every((side, axis) => side === null || side === imageShape[axis]);
  if (!fits) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `The layers model takes images of ${expected.map((side) => side ?? 'any').join('×')}, and these are ${imageShape.join('×')} (height×width×channels).`,
      { remedy: 'Set the size and the channels of the data set to what the model was made for.' },
    );
  }
}

/**
 * The model's weights as parameters. Kernels have weight decay; what is not trained, such as running statistics, is
 * state.
 */
function parametersOf(model: tf.LayersModel, fineTune: boolean, rateMultiple: number): Parameter[] {
  return model.weights.map((weight) => {
    const { val: variable } = weight as unknown as { val: tf.Variable };
    const trainable = fineTune && weight.trainable;
    return {
      name: `trunk/${weight.originalName}`,
      variable,
      trainable,
      weightDecay: /kernel$/.test(weight.originalName),
      group: { rateMultiple },
    };
  });
}

/**
 * Makes any layers model of TensorFlow.js as a trunk, frozen or fine-tuned, with a fully connected layer to the
 * embedding behind. Feature maps are averaged over the image first.
 */
export async function layersModel(
  options: LayersModelOptions,
  { imageShape, streams, ...files }: BackboneContext,
): Promise<Backbone> {
  const model = upTo(await loadModel(options.model, files), options.layer);
  checkShape(model, imageShape);
  const features = model.outputs[0]!.shape.at(-1);
  const rank = model.outputs[0]!.shape.length;
  if (typeof features !== 'number' || (rank !== 2 && rank !== 4)) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `The layers model ends in [${model.outputs[0]!.shape.map((side) => side ?? 'any').join(', ')}], neither [batch, features] nor [batch, height, width, channels].`,
      { remedy: 'Name another layer by the option `layer`.' },
    );
  }
  const trunk = parametersOf(model, options.fineTune, options.rateMultiple);
  const last = dense('embedding', features, options.embedding, streams.stream('embedding'), { initial: 'fan-in' });
  const [low, high] = options.inputRange;
  const body: BackboneBlock = {
    stage: 0,
    parameters: trunk,
    forward(images, mode) {
      // The model's layers train or evaluate together.
      const isFrozen = model.layers.some(({ name }) => mode.frozen?.(`trunk/${name}`));
      const training = mode.training && options.fineTune && !isFrozen;
      for (const layer of model.layers) {
        // Dropout draws from this seed: a number of its own for each layer and step, and the same after a resume.
        if ('seed' in layer)
          layer.seed = streams.derivedSeed(layer.name, mode.step, ...(mode.ranks ? [mode.ranks.rank] : []));
      }
      if (training && mode.synchronized && model.layers.some((layer) => layer.getClassName() === 'BatchNormalization'))
        throw new AblateError(
          'SPEC_INVALID',
          "A layers model's batch normalization takes the statistics of its own rank alone.",
          {
            remedy: 'Leave train.syncBatchNorm out, or freeze it: freeze: {batchNorm: all}.',
          },
        );
      const scaled = low === -1 && high === 1 ? images : tf.add(tf.mul(images, (high - low) / 2), (high + low) / 2);
      const output = model.apply(scaled, { training }) as tf.Tensor;
      return rank === 4 ? tf.mean(output, [1, 2]) : output;
    },
  };
  const embedding: BackboneBlock = {
    parameters: last.parameters,
    forward: (x, mode) => last.apply(x as tf.Tensor2D, mode),
  };
  return {
    dim: options.embedding,
    parameters: [...trunk, ...last.parameters],
    blocks: [body, embedding],
    forward: (images, mode) => embedding.forward(body.forward(images, mode), mode) as tf.Tensor2D,
  };
}
