import { given, kebab, type SourceConfig } from './source-config.ts';

/** Makes the backbone of a configuration of OML by the names of its registry of extractors. */
export function omlBackbone(config: SourceConfig): Record<string, unknown> {
  const nested = config.peek('extractor.name') === 'extractor_with_mlp';
  if (!nested) return extractorOf(config, 'extractor', []);
  config.take('extractor.name');
  const widths = config.take('extractor.args.mlp_features');
  const columns = Array.isArray(widths) ? widths.map(Number) : [];
  if (columns.length > 1)
    config.notes.push('Between the layers of mlp_features there is a ReLU in OML, and none here.');
  config.lose('extractor.args.weights', 'weights of net and layers together are not taken; name those of the net');
  return extractorOf(
    config,
    'extractor.args.extractor',
    columns.map((linear) => ({ linear })),
  );
}

const clipSizes: Readonly<Record<string, { size: string; patch: number; projection: number }>> = {
  vitb16_224: { size: 'base', patch: 16, projection: 512 },
  vitb32_224: { size: 'base', patch: 32, projection: 512 },
  vitl14_224: { size: 'large', patch: 14, projection: 768 },
  vitl14_336: { size: 'large', patch: 14, projection: 768 },
};

function extractorOf(config: SourceConfig, path: string, layers: readonly unknown[]): Record<string, unknown> {
  const name = String(config.take(`${path}.name`));
  const arch = String(config.take(`${path}.args.arch`) ?? '');
  const steps = config.take(`${path}.args.normalise_features`) === true ? [...layers, 'l2'] : layers;
  const neck = steps.length > 0 ? steps : undefined;
  if (config.peek(`${path}.args.use_multi_scale`) === true)
    config.lose(`${path}.args.use_multi_scale`, 'embeddings are of one scale');
  else config.take(`${path}.args.use_multi_scale`);
  const weights = weightsOf(config, `${path}.args.weights`);
  const [, letter, patch, registers] = /^vit([sbl])(\d+)(_reg)?$/.exec(arch) ?? [];
  const sizes: Readonly<Record<string, string>> = { s: 'small', b: 'base', l: 'large' };
  if (name === 'vit' && letter)
    return {
      vit: given({
        size: sizes[letter],
        patch: Number(patch),
        ...(Number(patch) === 14 && { layerScale: true }),
        ...(registers && { registers: 4 }),
        neck,
        weights,
        preparation: 'imagenet',
      }),
    };
  const clip = clipSizes[arch];
  if (name === 'vit_clip' && clip)
    return {
      vit: given({
        ...clip,
        preNorm: true,
        activation: 'quick-gelu',
        epsilon: 1e-5,
        neck,
        weights,
        preparation: /hypvit|torch/.test(String(config.peek('transforms_val.name'))) ? 'imagenet' : 'clip',
      }),
    };
  const [, depth, projector] = /^resnet(18|34|50|101|152)(_projector)?$/.exec(arch) ?? [];
  if (name === 'resnet' && depth) {
    const power = config.number(`${path}.args.gem_p`);
    if (power !== undefined) config.notes.push(`gem: the power is trained here, from 3 on; in OML it stays ${power}.`);
    const removed = config.take(`${path}.args.remove_fc`) === true;
    return {
      resnet: given({
        layers: Number(depth),
        embedding: removed ? null : projector ? 128 : 1000,
        ...(power !== undefined && power !== 1 && { pool: 'gem' }),
        neck,
        weights,
        preparation: 'imagenet',
      }),
    };
  }
  config.lose(`${path}.args.arch`, 'no net of Ablate is built so: choose one for the spec');
  return { [kebab(`${name}-${arch}`)]: {} };
}

/** A file of weights: what OML downloads by a key has to be put there. */
function weightsOf(config: SourceConfig, path: string): string | undefined {
  const weights = config.take(path);
  if (typeof weights !== 'string') return undefined;
  if (/[./]/.test(weights)) return weights;
  const file = `./${weights}.pth`;
  config.notes.push(`${file} is to be the checkpoint that OML downloads as ${weights}.`);
  return file;
}
