import { dataFile, definePlugin, inspectWeights, loadWeights, z } from 'ablate-ml';
import { iresnet, insightfaceNames } from './iresnet.ts';

const schema = z.strictObject({
  layers: z
    .union([z.literal(18), z.literal(34), z.literal(50), z.literal(100)])
    .default(50)
    .describe('layers, as the face literature counts them'),
  embedding: z.number().int().min(1).default(512).describe('columns of the embedding'),
  weights: dataFile
    .nullable()
    .default(null)
    .describe(
      "weights to begin with: a safetensors file of `ablate export`, or PyTorch's .safetensors, .pth or .pt by the names below",
    ),
});

export default definePlugin({
  kind: 'backbone',
  name: 'iresnet',
  summary: "ArcFace's improved residual networks of 18, 34, 50 and 100 layers.",
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: async (options, context) => {
    const backbone = iresnet(options, context);
    if (options.weights !== null)
      await loadWeights(options.weights, backbone.parameters, insightfaceNames(context.imageShape), context);
    return backbone;
  },
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
});
