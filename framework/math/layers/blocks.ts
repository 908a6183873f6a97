import { dispose, tidy, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs';
import type { Backbone, BackboneBlock, ForwardMode } from '../../contracts/backbone.ts';
import { sequence } from './sequence.ts';
import type { Layer } from './layer.ts';

/** A block's layers; a rectifier that follows a convolution or a normalization must stand in the same block. */
export interface LayerBlock extends Pick<BackboneBlock, 'stage' | 'joined'> {
  readonly layers: readonly Layer[];
}

/**
 * Passes images or features through blocks; in evaluation what lies between two is freed as soon as it has been read.
 */
export function throughBlocks(blocks: readonly BackboneBlock[], x: Tensor, mode: ForwardMode): Tensor {
  return blocks.reduce<Tensor>((y, block) => {
    if (mode.training) return block.forward(y, mode);
    const next = tidy(() => block.forward(y, mode));
    if (y !== x && next !== y) dispose(y);
    return next;
  }, x);
}

/**
 * Makes a backbone of blocks.
 *
 * @param prepare what happens to images before the first block
 */
export function blockwise(
  pieces: readonly LayerBlock[],
  prepare: (images: Tensor4D) => Tensor = (images) => images,
): Pick<Backbone, 'parameters' | 'blocks' | 'forward'> {
  const blocks = pieces.map(({ layers, ...rest }, index): BackboneBlock => {
    const layer = sequence(...layers);
    return {
      ...rest,
      parameters: layer.parameters,
      forward: (x, mode) => layer.apply(index === 0 ? prepare(x as Tensor4D) : x, mode),
    };
  });
  return {
    parameters: blocks.flatMap(({ parameters }) => parameters),
    blocks,
    forward: (images, mode) => throughBlocks(blocks, images, mode) as Tensor2D,
  };
}
