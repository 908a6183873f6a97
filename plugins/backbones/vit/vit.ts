import { AblateError, parameterOf, tf, z, type Backbone, type BackboneContext, type ReferenceNet } from 'ablate-ml';
import { blockwise, type LayerBlock } from 'ablate-ml/layers';
import {
  activations,
  convolution,
  dense,
  dropPath,
  embeddingTail,
  layerNormalization,
  layerScale,
  normal,
  overRows,
  placePooling,
  poolings,
  preparationOf,
  preparedInput,
  pretrainedOptions,
  residual,
  selfAttention,
  sequence,
  tailColumns,
  tailOptions,
  type Layer,
} from 'ablate-ml/layers';

/** Width, blocks and heads by the names of Dosovitskiy et al., ICLR 2021, table 1, and Touvron et al., ICML 2021. */
const sizes = {
  tiny: { width: 192, depth: 12, heads: 3, mlp: 768 },
  small: { width: 384, depth: 12, heads: 6, mlp: 1536 },
  base: { width: 768, depth: 12, heads: 12, mlp: 3072 },
  large: { width: 1024, depth: 24, heads: 16, mlp: 4096 },
} as const;
const sizeNames = ['tiny', 'small', 'base', 'large'] as const satisfies readonly (keyof typeof sizes)[];
const count = z.int().min(1);

/** Options of the vision transformer. */
export const options = z.strictObject({
  size: z
    .union([
      z.enum(sizeNames),
      z
        .strictObject({ width: count, depth: count, heads: count, mlp: count })
        .refine(({ width, heads }) => width % heads === 0, { error: 'width must be a multiple of heads' }),
    ])
    .default('small')
    .describe('`tiny`, `small`, `base`, `large`, or `{width, depth, heads, mlp}`'),
  patch: count.default(16).describe('side of a patch in pixels; the sides of an image are multiples of it'),
  registers: z.int().min(0).default(0).describe('register tokens: 4 in `…_reg4_dinov2`'),
  layerScale: z.boolean().default(false).describe('whether each branch has a learned factor a channel, as in DINOv2'),
  preNorm: z
    .boolean()
    .default(false)
    .describe('whether a layer norm comes before the first block, as in CLIP; its patches have no bias then'),
  projection: count
    .nullable()
    .default(null)
    .describe("columns of CLIP's projection behind the last norm, which has no bias; null for none"),
  activation: z
    .enum(['gelu', 'quick-gelu'])
    .default('gelu')
    .describe("between a block's two layers: exact, or x · σ(1.702 x), as OpenAI's CLIP has it"),
  epsilon: z
    .number()
    .positive()
    .default(1e-6)
    .describe("of the layer norms: 1e-5 in CLIP, 1e-12 in Hugging Face's ViT"),
  positions: z
    .enum(['auto', 'antialiased', 'plain', 'offset'])
    .default('auto')
    .describe(
      'how the position embeddings of weights are brought to another size: see Limits; `auto`: as the library of the names does',
    ),
  pool: z
    .enum(['cls', 'tokens', ...poolings])
    .default('cls')
    .describe(
      '`cls`: the class token; `tokens`: all tokens laid flat; `mean`, `max`, their sum or `gem` of the patches',
    ),
  normAfterPool: z
    .boolean()
    .default(false)
    .describe("whether the last norm comes behind the pooling (timm's `fc_norm`), not before it"),
  dropPath: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('rate at which the last block is left out in training; from 0 in the first on'),
  ...tailOptions,
  ...pretrainedOptions,
});

/** Options of the vision transformer. */
export type VitOptions = z.output<typeof options>;

/** The numbers of a size. */
const numbersOf = ({ size }: Pick<VitOptions, 'size'>): Exclude<VitOptions['size'], string> =>
  typeof size === 'string' ? sizes[size] : size;

/**
 * Counts the rows and columns of patches. @throws AblateError
 * SPEC_INVALID where patches do not fill an image
 */
export function gridOf({ patch }: Pick<VitOptions, 'patch'>, [height, width]: readonly number[]): [number, number] {
  if (height! % patch === 0 && width! % patch === 0) return [height! / patch, width! / patch];
  throw new AblateError('SPEC_INVALID', `Patches of ${patch} pixels do not fill images of ${height} × ${width}.`, {
    remedy: `Set the data set's size to multiples of ${patch}, or the option patch of vit.`,
  });
}

/** One block: attention, then two fully connected layers, each on a branch behind a norm (eq. 2 and 3). */
function block(name: string, options: VitOptions, rate: number, { streams }: BackboneContext): Layer {
  const { width, heads, mlp } = numbersOf(options);
  const linear = (layer: string, inputs: number, outputs: number): Layer => {
    const random = streams.stream(layer);
    return overRows(dense(layer, inputs, outputs, random, { kernel: normal([inputs, outputs], 0.02, random) }));
  };
  const scaled = (layer: string): Layer[] => (options.layerScale ? [layerScale(layer, width)] : []);
  const attention = selfAttention(`${name}/attn`, { width, heads }, streams.stream(`${name}/attn`));
  return sequence(
    residual(
      sequence(
        layerNormalization(`${name}/norm1`, width, options.epsilon),
        attention as unknown as Layer,
        ...scaled(`${name}/ls1`),
        dropPath(`${name}/drop1`, rate, streams),
      ),
    ),
    residual(
      sequence(
        layerNormalization(`${name}/norm2`, width, options.epsilon),
        linear(`${name}/mlp/fc1`, width, mlp),
        activations[options.activation](),
        linear(`${name}/mlp/fc2`, mlp, width),
        ...scaled(`${name}/ls2`),
        dropPath(`${name}/drop2`, rate, streams),
      ),
    ),
  );
}

/** Patches to tokens, with the class token and the registers before them and positions added (eq. 1). */
function tokenizer(options: VitOptions, { imageShape, streams }: BackboneContext, channels: number): Layer {
  const { width } = numbersOf(options);
  const { patch, registers, preNorm } = options;
  const [rows, columns] = gridOf(options, imageShape);
  const random = streams.stream('patch_embed');
  const embed = convolution(
    'patch_embed/proj',
    {
      channels: [channels, width],
      size: patch,
      stride: patch,
      pad: 'valid',
      bias: !preNorm,
      kernel: normal([patch, patch, channels, width], 0.02, random),
    },
    random,
  );
  const token = (name: string, length: number) =>
    parameterOf(name, normal([1, length, width], 0.02, streams.stream(name)), 'offset');
  const classToken = token('cls_token', 1);
  const positions = token('pos_embed', 1 + rows * columns);
  const register = registers > 0 ? token('reg_token', registers) : undefined;
  return {
    parameters: [...embed.parameters, classToken, positions, ...(register ? [register] : [])],
    apply(images, mode) {
      const patches = tf.reshape(embed.apply(images as tf.Tensor4D, mode), [-1, rows * columns, width]);
      const all = positions.variable as tf.Tensor as tf.Tensor3D;
      const first = tf.add(classToken.variable, tf.slice(all, [0, 0, 0], [1, 1, width]));
      const places = tf.slice(all, [0, 1, 0], [1, rows * columns, width]);
      const added = tf.concat([first, ...(register ? [register.variable as tf.Tensor] : []), places], 1);
      const before = 1 + registers;
      // Zeros before the patches, which the class token and the registers are added to: the same for any batch.
      return tf.add(
        tf.pad(patches, [
          [0, 0],
          [before, 0],
          [0, 0],
        ]),
        added,
      );
    },
  };
}

/** All tokens to one row of features, before the last norm or behind it. */
function pooled(options: VitOptions, places: number): Layer {
  const { width } = numbersOf(options);
  const before = 1 + options.registers;
  if (options.pool === 'tokens')
    return { parameters: [], apply: (x) => tf.reshape(x, [-1, (before + places) * width]) };
  if (options.pool === 'cls')
    return {
      parameters: [],
      apply: (x) => tf.reshape(tf.slice(x as tf.Tensor3D, [0, 0, 0], [-1, 1, width]), [-1, width]),
    };
  const pool = placePooling('pool', options.pool);
  return {
    parameters: pool.parameters,
    apply: (x, mode) => pool.apply(tf.slice(x as tf.Tensor3D, [0, before, 0], [-1, places, width]), mode),
  };
}

/** Counts the columns behind the pooling and the projection; undefined where they depend on the size of the images. */
export const featuresOf = (options: VitOptions): number | undefined =>
  options.projection ?? (options.pool === 'tokens' ? undefined : numbersOf(options).width);

/** Makes the vision transformer (Dosovitskiy et al., ICLR 2021, eq. 1 to 4), under the names of timm. */
export function vit(options: VitOptions, context: BackboneContext): Backbone {
  const { width, depth } = numbersOf(options);
  const { imageShape, streams } = context;
  const [rows, columns] = gridOf(options, imageShape);
  const preparation = preparationOf(options, options.preNorm ? 'clip' : options.layerScale ? 'imagenet' : 'half');
  const tokens = options.pool === 'tokens' ? 1 + options.registers + rows * columns : 1;
  const { normAfterPool, projection } = options;
  const norm = layerNormalization(
    normAfterPool ? 'fc_norm' : 'norm',
    (normAfterPool ? tokens : 1) * width,
    options.epsilon,
  );
  const pool = pooled(options, rows * columns);
  const project = streams.stream('projection');
  const stem = [
    tokenizer(options, context, preparation?.mean.length ?? imageShape[2]),
    ...(options.preNorm ? [layerNormalization('norm_pre', width, options.epsilon)] : []),
  ];
  const blocks = Array.from({ length: depth }, (_, index): LayerBlock => {
    const rate = depth > 1 ? (options.dropPath * index) / (depth - 1) : 0;
    return { stage: index + 1, layers: [block(`blocks/${index}`, options, rate, context)] };
  });
  // Grouped as timm does: the norm of all tokens learns with the last block, what lies behind it with the embedding.
  const last: LayerBlock[] = normAfterPool
    ? [{ stage: depth, joined: 'behind', layers: [pool, norm] }]
    : [
        { stage: depth, joined: 'before', layers: [norm] },
        { stage: depth, joined: 'behind', layers: [pool] },
      ];
  const projected: LayerBlock[] =
    projection === null
      ? []
      : [
          {
            stage: depth,
            joined: 'behind',
            layers: [dense('projection', tokens * width, projection, project, { bias: false }) as unknown as Layer],
          },
        ];
  const features = projection ?? tokens * width;
  const tail = embeddingTail(features, options, streams) as unknown as Layer;
  return {
    dim: tailColumns(features, options),
    ...blockwise([{ stage: 0, layers: stem }, ...blocks, ...last, ...projected, { layers: [tail] }], (images) =>
      preparedInput(images, preparation),
    ),
  };
}

/** Gives the options of a transformer that another library made with these numbers. */
export function reference({ class: name, architecture }: ReferenceNet): Readonly<Record<string, unknown>> | undefined {
  if (!/VisionTransformer|ViTModel|Dinov2|CLIP/.test(name)) return undefined;
  const { width, depth, heads, mlp, patch, registers, layerScale, preNorm, projection, layerNormEps } = architecture;
  const mean = name.includes("global_pool='avg'");
  return {
    size: { width, depth, heads, mlp },
    patch,
    registers: registers ?? 0,
    layerScale: layerScale ?? false,
    preNorm: preNorm ?? false,
    projection: projection ?? null,
    activation: architecture.activation === 'quick_gelu' ? 'quick-gelu' : 'gelu',
    epsilon: layerNormEps,
    pool: mean ? 'mean' : 'cls',
    normAfterPool: mean,
  };
}
