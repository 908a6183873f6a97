import { RandomStreams, tf, type Components, type Contexts, type Kind, type PluginManifest } from 'ablate-ml';
import { Clock } from '../../../framework/training/engine/clock.ts';
import { qualified } from '../../../framework/training/engine/qualified.ts';
import type { Session } from '../../../framework/training/engine/session.ts';
import { trainingStep, type StepSettings } from '../../../framework/training/engine/training-step.ts';
import conv4 from '../../../plugins/backbones/conv-4/index.ts';
import lenetPlusPlus from '../../../plugins/backbones/lenet-plus-plus/index.ts';
import cosine from '../../../plugins/heads/cosine/index.ts';
import linear from '../../../plugins/heads/linear/index.ts';
import arcface from '../../../plugins/losses/arcface/index.ts';
import center from '../../../plugins/losses/center/index.ts';
import softmax from '../../../plugins/losses/softmax/index.ts';
import sgd from '../../../plugins/optimizers/sgd/index.ts';

type Use = readonly [plugin: unknown, options?: Readonly<Record<string, unknown>>];

interface TinyNet {
  /** Rows and columns of its images. */
  readonly side: number;
  readonly backbone: Use;
  readonly head: Use;
  readonly losses: readonly Use[];
  readonly settings: StepSettings;
}

const whole: StepSettings = { accumulate: 1, clipGradientNorm: null };
const nets: Readonly<Record<string, TinyNet>> = {
  'lenet-plus-plus with softmax and center': {
    side: 8,
    backbone: [lenetPlusPlus, { convolutionsPerStage: 1 }],
    head: [linear],
    losses: [[softmax], [center, { lambda: 0.1 }]],
    settings: whole,
  },
  'conv-4 with arcface, in two parts and clipped': {
    side: 16,
    backbone: [conv4, { channels: 8, embedding: 4 }],
    head: [cosine],
    losses: [[arcface, { s: 8, m: 0.2 }]],
    settings: { accumulate: 2, clipGradientNorm: 2 },
  },
};

/** What training a tiny net came to. */
export interface Training {
  /** Of each step. */
  readonly losses: readonly number[];
  /** Tensors there are after each step. */
  readonly tensors: readonly number[];
  /**
   * Everything that a checkpoint would keep, optimizer slots included, and `embedding`, that of the batch after
   * training.
   */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}

const [classes, batch, steps] = [3, 6, 3];

/**
 * Trains built-in nets for a few steps with the framework's own training step on the device in use, in Node or a
 * browser.
 */
export async function trainTinyNets(): Promise<Record<string, Training>> {
  const trained: Record<string, Training> = {};
  for (const [name, net] of Object.entries(nets)) trained[name] = await train(net);
  return trained;
}

async function make<K extends Kind>([plugin, options = {}]: Use, context: Contexts[K]): Promise<Components[K]> {
  const { schema, create } = plugin as PluginManifest<K>;
  return create(schema.parse(options) as never, context);
}

async function train({ side, backbone: net, head: scores, losses: terms, settings }: TinyNet): Promise<Training> {
  const streams = new RandomStreams(1);
  const imageShape = [side, side, 1] as const;
  const backbone = await make<'backbone'>(net, {
    imageShape,
    streams: streams.scoped('backbone'),
    baseDirectory: '',
    cacheDirectory: '',
  });
  const context = { streams: streams.scoped('head'), dim: backbone.dim, classes, batch };
  const head = await make<'head'>(scores, context);
  const losses = await Promise.all(
    terms.map(async (term, index) => ({
      name: `${index}`,
      loss: await make<'loss'>(term, context),
      needs: {},
      weight: () => 1,
    })),
  );
  const optimizer = await make<'optimizer'>([sgd, { momentum: 0.9, weightDecay: 5e-4 }], { streams });
  const parameters = [
    ...qualified('backbone', backbone.parameters),
    ...qualified('head', head.parameters),
    ...losses.flatMap(({ name, loss }) => qualified(`losses/${name}`, loss.parameters)),
  ];
  const trainable = parameters.filter((parameter) => parameter.trainable);
  optimizer.prepare(trainable);
  const kept = [...parameters, ...qualified('optimizer', optimizer.slots)];
  const session = {
    backbone,
    head,
    losses,
    groups: [{ optimizer, parameters: trainable, since: 0 }],
    views: 1,
    thawed: 0,
    clock: new Clock(steps, steps),
    schedule: { rate: () => 0.05 },
    dataset: { imageShape },
  } as unknown as Session;

  const random = streams.stream('images');
  const labels = Int32Array.from({ length: batch }, (_, row) => row % classes);
  const rows = Int32Array.from(labels.keys());
  const pixels = Float32Array.from(
    { length: batch * side * side },
    (_, index) => random.between(-1, 1) + labels[Math.floor(index / side / side)]! - 1,
  );
  const found = { losses: [] as number[], tensors: [] as number[] };
  for (; session.clock.step < steps; session.clock.step++) {
    found.losses.push((await trainingStep(session, { pixels, labels, rows }, settings)).loss);
    found.tensors.push(tf.memory().numTensors);
  }
  const embedding = tf.tidy(() =>
    backbone.forward(tf.tensor4d(pixels, [batch, ...imageShape]), { training: false, step: steps }),
  );
  const values = async (tensor: tf.Tensor): Promise<number[]> => [...(await tensor.data())];
  const numbers: Record<string, number[]> = { embedding: await values(embedding) };
  for (const { name, variable } of kept) numbers[name] = await values(variable);
  tf.dispose([embedding, ...kept.map(({ variable }) => variable)]);
  return { ...found, parameters: numbers };
}
