import { resamplePositions, type FileArray, type PositionResampling, type PytorchNames } from 'ablate-ml/layers';

const both = '(weight|bias)';

/** Blocks of Hugging Face's ViT and DINOv2, whose names differ in the norms alone. */
const huggingFace: readonly (readonly [RegExp, string])[] = [
  [/^(?:vit|dinov2|dinov2_with_registers)\./, ''],
  [/^embeddings\.position_embeddings$/, 'pos_embed'],
  [/^embeddings\.register_tokens$/, 'reg_token'],
  [/^embeddings\.patch_embeddings\.projection\./, 'patch_embed.proj.'],
  [/^embeddings\./, ''],
  [/^encoder\.layer\./, 'blocks.'],
  [new RegExp(`attention\\.attention\\.query\\.${both}$`), 'attn.qkv.$1[0]'],
  [new RegExp(`attention\\.attention\\.key\\.${both}$`), 'attn.qkv.$1[1]'],
  [new RegExp(`attention\\.attention\\.value\\.${both}$`), 'attn.qkv.$1[2]'],
  [/attention\.output\.dense\./, 'attn.proj.'],
  [/intermediate\.dense\./, 'mlp.fc1.'],
  [/output\.dense\./, 'mlp.fc2.'],
  [/layernorm_before\./, 'norm1.'],
  [/layernorm_after\./, 'norm2.'],
  [/layer_scale(\d)\.lambda1$/, 'ls$1.gamma'],
  [/^layernorm\./, 'norm.'],
];

const clip: readonly (readonly [RegExp, string])[] = [
  [/^vision_model\./, ''],
  [/^embeddings\.class_embedding$/, 'cls_token'],
  [/^embeddings\.patch_embedding\./, 'patch_embed.proj.'],
  [/^embeddings\.position_embedding\.weight$/, 'pos_embed'],
  [/^pre_layrnorm\./, 'norm_pre.'],
  [/^post_layernorm\./, 'norm.'],
  [/^encoder\.layers\./, 'blocks.'],
  [new RegExp(`self_attn\\.q_proj\\.${both}$`), 'attn.qkv.$1[0]'],
  [new RegExp(`self_attn\\.k_proj\\.${both}$`), 'attn.qkv.$1[1]'],
  [new RegExp(`self_attn\\.v_proj\\.${both}$`), 'attn.qkv.$1[2]'],
  [/self_attn\.out_proj\./, 'attn.proj.'],
  [/layer_norm(\d)\./, 'norm$1.'],
  [/^visual_projection\./, 'projection.'],
];

const openClip: readonly (readonly [RegExp, string])[] = [
  [/^visual\.class_embedding$/, 'cls_token'],
  [/^visual\.positional_embedding$/, 'pos_embed'],
  [/^visual\.conv1\./, 'patch_embed.proj.'],
  [/^visual\.ln_pre\./, 'norm_pre.'],
  [/^visual\.ln_post\./, 'norm.'],
  [/^visual\.proj$/, 'projection.weight.T'],
  [/^visual\.transformer\.resblocks\./, 'blocks.'],
  [/^(blocks\..*)in_proj_(weight|bias)$/, '$1qkv.$2'],
  [/^(blocks\..*)out_proj\./, '$1proj.'],
  [/^(blocks\..*)ln_(\d)\./, '$1norm$2.'],
  [/^(blocks\..*)c_fc\./, '$1fc1.'],
  [/^(blocks\..*)c_proj\./, '$1fc2.'],
];

const torchvision: readonly (readonly [RegExp, string])[] = [
  [/^class_token$/, 'cls_token'],
  [/^encoder\.pos_embedding$/, 'pos_embed'],
  [/^conv_proj\./, 'patch_embed.proj.'],
  [/^encoder\.ln\./, 'norm.'],
  [/^encoder\.layers\.encoder_layer_/, 'blocks.'],
  [/self_attention\.in_proj_(weight|bias)$/, 'attn.qkv.$1'],
  [/self_attention\.out_proj\./, 'attn.proj.'],
  [/ln_(\d)\./, 'norm$1.'],
  [/mlp\.(?:0|linear_1)\./, 'mlp.fc1.'],
  [/mlp\.(?:3|linear_2)\./, 'mlp.fc2.'],
];

/** Libraries by the names in their files, and how each brings position embeddings to another size. */
const libraries = [
  {
    library: 'facebookresearch/dinov2 with registers',
    sign: /^register_tokens$/,
    renames: [[/^register_tokens$/, 'reg_token']],
    positions: 'antialiased',
  },
  { library: 'facebookresearch/dinov2', sign: /^mask_token$/, renames: [], positions: 'offset' },
  {
    library: 'Hugging Face with registers',
    sign: /embeddings\.register_tokens$/,
    renames: huggingFace,
    positions: 'antialiased',
  },
  { library: "Hugging Face's CLIP", sign: /pre_layrnorm\./, renames: clip, positions: 'plain' },
  { library: 'Hugging Face', sign: /^(?:\w+\.)?encoder\.layer\.0\./, renames: huggingFace, positions: 'plain' },
  { library: 'open_clip', sign: /^visual\.conv1\.weight$/, renames: openClip, positions: 'antialiased' },
  { library: 'torchvision', sign: /^conv_proj\.weight$/, renames: torchvision, positions: 'antialiased' },
] as const;

/** Classifiers, poolers, what masked patches become, and the text half of CLIP. */
const leftOut =
  /^(?:(?:head|heads|head_dist|fc|classifier|pooler|decoder|text|text_model|text_projection|token_embedding|ln_final|transformer)\.|(?:mask_token|text_projection|positional_embedding|position_ids|logit_scale|logit_bias|embeddings\.position_ids)$)/;

/**
 * Translates the names of timm's vision transformer, and those of others.
 *
 * @param grid rows and columns of patches
 * @param positions how position embeddings are brought to that grid; `auto`: as the library of the names does
 */
export function vitNames(grid: readonly [number, number], positions: 'auto' | PositionResampling): PytorchNames {
  return {
    module: (layer) => layer.replaceAll('/', '.'),
    libraries,
    leftOut,
    converted: {
      pos_embed: (array, library) => {
        const own = libraries.find((one) => one.library === library)?.positions ?? 'antialiased';
        return onGrid(array, grid, positions === 'auto' ? own : positions);
      },
    },
  };
}

/** Position embeddings of a square grid on another one, with one for the class token, which some files lack. */
function onGrid({ shape, numbers }: FileArray, grid: readonly [number, number], way: PositionResampling): FileArray {
  const [count = 0, width = 0] = shape.slice(-2);
  const side = Math.floor(Math.sqrt(count));
  // DINOv2 in timm has the class token's position added into the token.
  const before = side * side === count ? 0 : 1;
  const old = Math.round(Math.sqrt(count - before));
  if (old * old !== count - before) return { shape, numbers };
  const patches = numbers.subarray(before * width);
  const moved = old === grid[0] && old === grid[1] ? patches : resamplePositions(patches, [old, old], grid, way);
  const all = new Float32Array((1 + grid[0] * grid[1]) * width);
  if (before === 1) all.set(numbers.subarray(0, width));
  all.set(moved, width);
  return { shape: [1, 1 + grid[0] * grid[1], width], numbers: all };
}
