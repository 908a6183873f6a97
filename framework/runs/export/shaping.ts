import { typed, type KernelCall, type KernelTranslation } from './kernel-call.ts';

const reshape: KernelTranslation = (call) =>
  call.graph.add(
    'Reshape',
    [call.inputs.x ?? call.inputs.input!, call.graph.numbers('int32', call.shape, 'shape')],
    typed(call),
  );

/** A reduction; `axes` is the kernel's name of its list, absent or null for all. */
const reduction =
  (op: string, axes: string): KernelTranslation =>
  (call) => {
    const given = call.attributes[axes] as number | number[] | null | undefined;
    const rank = call.inputShape.length;
    const list = given === null || given === undefined ? call.inputShape.map((_, axis) => axis) : [given].flat();
    const indices = call.graph.numbers(
      'int32',
      list.map((axis) => (axis + rank) % rank),
      'axes',
    );
    return call.graph.add(op, [call.inputs.x!, indices], {
      ...typed(call),
      keep_dims: { flag: call.attributes.keepDims === true },
    });
  };

const listed = ({ inputs }: KernelCall): string[] => Object.keys(inputs).map((_, index) => inputs[index]!);

/** Kernels that move numbers about or sum them up. */
export const shaping: Readonly<Record<string, KernelTranslation>> = {
  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: (call) =>
    call.graph.add(
      'Transpose',
      [call.inputs.x!, call.graph.numbers('int32', call.attributes.perm as number[], 'order')],
      typed(call),
    ),
  PadV2: (call) => {
    const { paddings, constantValue } = call.attributes as { paddings: number[][]; constantValue: number };
    const sides = call.graph.numbers('int32', paddings.flat(), 'paddings', [paddings.length, 2]);
    return constantValue === 0
      ? call.graph.add('Pad', [call.inputs.x!, sides], typed(call))
      : call.graph.add(
          'PadV2',
          [call.inputs.x!, sides, call.graph.numbers('float32', [constantValue], 'border', [])],
          typed(call),
        );
  },
  Slice: (call) => {
    const { begin, size } = call.attributes as { begin: number[]; size: number[] };
    const [from, count] = [call.graph.numbers('int32', begin, 'begin'), call.graph.numbers('int32', size, 'size')];
    return call.graph.add('Slice', [call.inputs.x!, from, count], { ...typed(call), Index: { type: 'int32' } });
  },
  Reverse: (call) => {
    const axes = [call.attributes.dims as number | number[]].flat();
    return call.graph.add('ReverseV2', [call.inputs.x!, call.graph.numbers('int32', axes, 'axes')], {
      ...typed(call),
      Tidx: { type: 'int32' },
    });
  },
  Mean: reduction('Mean', 'axis'),
  Sum: reduction('Sum', 'axis'),
  Max: reduction('Max', 'reductionIndices'),
  Concat: (call) => {
    const parts = listed(call);
    const rank = call.inputShape.length;
    const axis = call.graph.numbers('int32', [((call.attributes.axis as number) + rank) % rank], 'axis', []);
    return call.graph.add('ConcatV2', [...parts, axis], { ...typed(call), N: { integer: parts.length } });
  },
  Pack: (call) => {
    const parts = listed(call);
    return call.graph.add('Pack', parts, {
      ...typed(call),
      N: { integer: parts.length },
      axis: { integer: call.attributes.axis as number },
    });
  },
};
