import { dataFile, definePlugin, inspectWeights, loadWeights, z } from 'ablate-ml';
import { resnet, torchvisionNames } from './resnet.ts';

const schema = z.strictObject({
  layers: z
    .union([z.literal(18), z.literal(34), z.literal(50)])
    .default(18)
    .describe('layers, as the paper counts them'),
  stem: z
    .enum(['imagenet', 'cifar'])
    .default('imagenet')
    .describe(
      '`imagenet`: 7×7 convolution of stride 2 and 3×3 max-pooling of stride 2; `cifar`: one 3×3 convolution, for small images',
    ),
  embedding: z.number().int().min(1).default(128).describe('columns of the embedding'),
  weights: dataFile
    .nullable()
    .default(null)
    .describe(
      "weights to begin with: a safetensors file of `ablate export`, or PyTorch's .safetensors, .pth or .pt by the names below",
    ),
});

export default definePlugin({
  kind: 'backbone',
  name: 'resnet',
  summary: 'Residual networks of 18, 34 and 50 layers, with stems for large and for small images.',
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: async (options, context) => {
    const backbone = resnet(options, context);
    if (options.weights !== null) await loadWeights(options.weights, backbone.parameters, torchvisionNames, context);
    return backbone;
  },
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
});
