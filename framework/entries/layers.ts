/** What backbones are made of: layers, initial values, and weights from files. */
export { fanInUniform, glorotUniform, heNormal, normal } from '../math/layers/initializers.ts';
export type { InitialWeights } from '../math/layers/initializers.ts';
export { initialized, initOption } from '../math/layers/initialized.ts';
export { dense } from '../math/layers/dense.ts';
export type { DenseOptions } from '../math/layers/dense.ts';
export { convolution } from '../math/layers/convolution.ts';
export type { ConvolutionOptions } from '../math/layers/convolution.ts';
export { prelu } from '../math/layers/prelu.ts';
export { relu } from '../math/layers/relu.ts';
export { maxPool } from '../math/layers/max-pool.ts';
export { depthwiseConvolution } from '../math/layers/depthwise-convolution.ts';
export type { DepthwiseConvolutionOptions } from '../math/layers/depthwise-convolution.ts';
export { sequence } from '../math/layers/sequence.ts';
export { blockwise } from '../math/layers/blocks.ts';
export type { LayerBlock } from '../math/layers/blocks.ts';
export { flattened } from '../math/layers/flattened.ts';
export {
  activations,
  gelu,
  hardSigmoid,
  hardSwish,
  quickGelu,
  relu6,
  sigmoid,
  silu,
} from '../math/layers/activations.ts';
export { selfAttention } from '../math/layers/attention.ts';
export type { AttentionOptions } from '../math/layers/attention.ts';
export { averagePool } from '../math/layers/average-pool.ts';
export { dropout, dropPath } from '../math/layers/dropping.ts';
export { embeddingTail, tailColumns, tailOptions } from '../math/layers/embedding-tail.ts';
export type { TailOptions } from '../math/layers/embedding-tail.ts';
export { layerNormalization } from '../math/layers/layer-normalization.ts';
export { layerScale } from '../math/layers/layer-scale.ts';
export type { NeckStep } from '../math/layers/neck.ts';
export { overRows } from '../math/layers/over-rows.ts';
export { mapPooling, placePooling, poolings } from '../math/layers/pooling.ts';
export type { Pooling } from '../math/layers/pooling.ts';
export { preparationOption, preparationOf, preparedInput } from '../math/layers/prepared-input.ts';
export type { InputPreparation, PreparationOption } from '../math/layers/prepared-input.ts';
export { resamplePositions } from '../math/layers/resample-positions.ts';
export type { PositionResampling } from '../math/layers/resample-positions.ts';
export { squeezeExcitation } from '../math/layers/squeeze-excitation.ts';
export type { SqueezeExcitationOptions } from '../math/layers/squeeze-excitation.ts';
export { pretrained, pretrainedOptions } from '../records/checkpoints/pretrained.ts';
export { residual } from '../math/layers/residual.ts';
export { inspectWeights, loadWeights } from '../records/checkpoints/load-weights.ts';
export type { WeightsFit } from '../records/checkpoints/load-weights.ts';
export type { FileArray, LibraryNames, PytorchNames } from '../records/checkpoints/weight-names.ts';
export { batchNormalization } from '../math/layers/batch-normalization.ts';
export type { BatchNormalizationOptions } from '../math/layers/batch-normalization.ts';
export type { Layer } from '../math/layers/layer.ts';
