import * as tf from '@tensorflow/tfjs';
import { integerAttributes, type NativeBackend } from './native-backend.ts';
import { replaceKernel } from './replace-kernel.ts';

/** What TensorFlow.js gives a convolution's kernels beside the tensors. */
interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
type Shape = [number, number, number, number];

/** Columns of the widest tile of Ablate's kernels: what a convolution makes must be a multiple of it. */
const wide = 32;

/** Channels of an image below which the library leaves lanes empty. */
const fewChannels = 4;

/** Pixels of all images together below which the library spends more on laying out the weights. */
const fewPixels = { narrow: 8192, other: 2048 };

/** Columns up to which images are narrow: a tile goes across many of them, and leaves their borders out. */
const fewColumns = 8;

/**
 * Puts Ablate's convolutions (`framework/app/setup/kernels/convolution.cc`) under those of TensorFlow.js, so that
 * `tf.conv2d` and its gradients use them where they are faster, and the library's own elsewhere: many pixels, other
 * layouts, dilations, counts of channels that are no multiple of 32. Measured alike for vectors of 16 and 8.
 */
export function registerConvolutions(backend: NativeBackend): void {
  const operation = (name: string, numbers: Readonly<Record<string, number>>, inputs: tf.Tensor[]): tf.Tensor =>
    backend.executeSingleOutput(name, integerAttributes(backend, numbers), inputs);

  replaceKernel<ConvolutionAttributes>('Conv2D', ({ x, filter }, attrs) => {
    const found = geometry(x!.shape as Shape, filter!.shape as Shape, attrs);
    if (!found || found.outChannels % wide !== 0 || !isFaster(found, isNarrow(found))) return undefined;
    return operation('AblateConv2D', { ...borderOf(found), rows: found.outHeight, columns: found.outWidth }, [
      x!,
      filter!,
    ]);
  });
  replaceKernel<ConvolutionAttributes & { inputShape: Shape }>('Conv2DBackpropInput', ({ dy, filter }, attrs) => {
    const found = geometry(attrs.inputShape, filter!.shape as Shape, attrs);
    if (!found || found.inChannels % wide !== 0) return undefined;
    // Through a stride the result is put together from as many convolutions as the stride has pixels.
    if (!isFaster(found, isNarrow(found) && found.strideHeight === 1)) return undefined;
    return operation('AblateConv2DInputGrad', { ...borderOf(found), rows: found.inHeight, columns: found.inWidth }, [
      dy!,
      filter!,
    ]);
  });
  replaceKernel<ConvolutionAttributes & { filterShape: Shape }>('Conv2DBackpropFilter', ({ x, dy }, attrs) => {
    const found = geometry(x!.shape as Shape, attrs.filterShape, attrs);
    if (!found || found.outChannels % wide !== 0 || !isFaster(found, false)) return undefined;
    return operation(
      'AblateConv2DWeightGrad',
      { ...borderOf(found), rows: found.filterHeight, columns: found.filterWidth },
      [x!, dy!],
    );
  });
}

/** The convolution's sides and border; undefined where the library's own is the only one. */
function geometry(
  input: Shape,
  filter: Shape,
  attributes: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo | undefined {
  const { strides, pad, dataFormat, dilations = 1, dimRoundingMode } = attributes;
  if (dataFormat !== 'NHWC' || [dilations].flat().some((step) => step !== 1)) return undefined;
  const found = tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, dimRoundingMode);
  return found.strideHeight === found.strideWidth ? found : undefined;
}

/** Whether Ablate's kernel takes less time than the library's. */
function isFaster(found: tf.backend_util.Conv2DInfo, narrow: boolean): boolean {
  const pixels = found.batchSize * found.outHeight * found.outWidth;
  return pixels > 0 && (found.inChannels < fewChannels || pixels < fewPixels[narrow ? 'narrow' : 'other']);
}

const isNarrow = ({ outWidth }: tf.backend_util.Conv2DInfo): boolean => outWidth <= fewColumns;

const borderOf = ({
  strideHeight,
  padInfo,
}: tf.backend_util.Conv2DInfo): { stride: number; top: number; left: number } => ({
  stride: strideHeight,
  top: padInfo.top,
  left: padInfo.left,
});
