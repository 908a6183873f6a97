import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** What weights want of their input: pixels from 0 to `range`, less `mean`, over `std`, channel by channel. */
export interface InputPreparation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** What white is: 1, or 255. */
  readonly range: number;
  /** Order of the channels that `mean` and `std` are in. */
  readonly channels: 'RGB' | 'BGR';
}

const three = (value: number): readonly number[] => [value, value, value];

/** Preparations by the name that an option gives them. */
export const preparations = {
  /** torchvision, timm's ResNets, ConvNeXts and EfficientNets, DINO, DINOv2. */
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], range: 1, channels: 'RGB' },
  /** timm's and Hugging Face's ViTs, EfficientNet-Lite: pixels from −1 to 1. */
  half: { mean: three(0.5), std: three(0.5), range: 1, channels: 'RGB' },
  /** CLIP, of OpenAI and of LAION. */
  clip: {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    range: 1,
    channels: 'RGB',
  },
  /** BN-Inception, as Caffe had its images. */
  caffe: { mean: [104, 117, 128], std: three(1), range: 255, channels: 'BGR' },
} as const satisfies Record<string, InputPreparation>;

const names = ['imagenet', 'half', 'clip', 'caffe'] as const satisfies readonly (keyof typeof preparations)[];
const numbers = z
  .strictObject({
    mean: z.array(z.number()).min(1),
    std: z.array(z.number().positive()).min(1),
    range: z.number().positive().default(1),
    channels: z.enum(['RGB', 'BGR']).default('RGB'),
  })
  .refine(({ mean, std }) => mean.length === std.length, { error: 'mean and std must be equally long' });

/** Option of a backbone that says what its weights want of their input, for its schema. */
export const preparationOption = z
  .union([z.enum(['auto', 'none', ...names]), numbers])
  .describe(
    "what the weights want of their input, applied by the backbone itself: `imagenet`, `half`, `clip`, `caffe` or `{mean, std, range, channels}`; `auto`: as the net's weights are published where `weights` are given, else `none`; leave `normalize` beside the backbone away then",
  );

/** What `preparationOption` accepts. */
export type PreparationOption = z.output<typeof preparationOption>;

/**
 * Makes the preparation of an option; undefined for none.
 *
 * @param published what `auto` stands for where weights are given
 */
export function preparationOf(
  { preparation, weights }: { readonly preparation: PreparationOption; readonly weights: unknown },
  published: keyof typeof preparations,
): InputPreparation | undefined {
  if (typeof preparation === 'object') return preparation;
  if (preparation === 'none' || (preparation === 'auto' && weights === null)) return undefined;
  return preparations[preparation === 'auto' ? published : preparation];
}

/**
 * Brings images in [−1, 1] to what weights want. Images of one channel are repeated into as many as `mean` has.
 *
 * @param images `[batch, height, width, channels]`
 */
export function preparedInput(images: tf.Tensor4D, preparation: InputPreparation | undefined): tf.Tensor4D {
  if (!preparation) return images;
  const { mean, std, range, channels } = preparation;
  const ordered = channels === 'BGR' && images.shape[3] > 1 ? tf.reverse(images, 3) : images;
  const factors = std.map((deviation) => range / 2 / deviation);
  const offsets = std.map((deviation, channel) => (range / 2 - mean[channel]!) / deviation);
  return tf.add(tf.mul(ordered, tf.tensor1d(factors)), tf.tensor1d(offsets));
}
