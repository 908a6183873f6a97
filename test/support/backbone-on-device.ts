import { RandomStreams, tf, type Backbone, type ImageShape, type PluginManifest } from 'ablate-ml';
import { useDevice } from '../../framework/devices/devices.ts';

/** Makes the fastest device that works here compute. */
export const onFastestDevice = (): Promise<unknown> => useDevice('auto');

/** A backbone plugin's component with those options, for images of that shape. */
export async function makeBackbone(
  plugin: unknown,
  options: Record<string, unknown>,
  imageShape: ImageShape,
): Promise<Backbone> {
  const manifest = plugin as PluginManifest<'backbone'>;
  return manifest.create(manifest.schema.parse(options), {
    imageShape,
    baseDirectory: process.cwd(),
    cacheDirectory: process.cwd(),
    streams: new RandomStreams(1),
  });
}

const release = ({ parameters }: Backbone): void => tf.dispose(parameters.map(({ variable }) => variable));

/** Trained numbers of a backbone. */
export async function trainedNumbers(
  plugin: unknown,
  options: Record<string, unknown>,
  imageShape: ImageShape,
): Promise<number> {
  const backbone = await makeBackbone(plugin, options, imageShape);
  const count = backbone.parameters.reduce((sum, { trainable, variable }) => sum + (trainable ? variable.size : 0), 0);
  release(backbone);
  return count;
}

/** What one training step of a backbone shows. */
export interface StepShape {
  readonly embedding: number[];
  /** Names of trained parameters without a gradient, or with one that is not finite. */
  readonly untrained: string[];
  /** Tensors that the step left behind. */
  readonly left: number;
}

/** Takes the gradient of a random function of the embedding on random images. */
export async function stepOf(
  plugin: unknown,
  options: Record<string, unknown>,
  imageShape: ImageShape,
  batch = 4,
): Promise<StepShape> {
  const backbone = await makeBackbone(plugin, options, imageShape);
  const random = new RandomStreams(2).stream('images');
  const before = tf.memory().numTensors;
  const found = tf.tidy(() => {
    const images = tf.tensor4d(
      Float32Array.from({ length: batch * imageShape[0] * imageShape[1] * imageShape[2] }, () => random.between(-1, 1)),
      [batch, ...imageShape],
    );
    const weights = tf.tensor2d(
      Float32Array.from({ length: batch * backbone.dim }, () => random.normal()),
      [batch, backbone.dim],
    );
    const trained = backbone.parameters.filter(({ trainable }) => trainable);
    let embedding: number[] = [];
    const { grads } = tf.variableGrads(
      () => {
        const value = backbone.forward(images, { training: true, step: 0 });
        embedding = value.shape;
        return tf.sum(tf.mul(value, weights));
      },
      trained.map(({ variable }) => variable),
    );
    const reached = ({ variable }: (typeof trained)[number]): boolean => {
      const size = tf.sum(tf.abs(grads[variable.name]!)).dataSync()[0]!;
      return Number.isFinite(size) && size > 0;
    };
    return {
      embedding,
      untrained: trained.filter((parameter) => !reached(parameter)).map(({ name }) => name),
    } as unknown as tf.TensorContainer;
  }) as unknown as Pick<StepShape, 'embedding' | 'untrained'>;
  const left = tf.memory().numTensors - before;
  release(backbone);
  return { ...found, left };
}
