import { describe, expect, it } from 'vitest';
import { limitOf, workOf } from './arithmetic.ts';

const convolution = (attributes: Record<string, unknown>, inputs: number[][], output: number[], name = 'Conv2D') =>
  workOf({ name, attributes, inputs, outputs: [output] });

describe('the arithmetic of an operation', () => {
  it('is two for each product of a row and a column, and every number read and written once', () => {
    expect(
      workOf({
        name: 'MatMul',
        attributes: {},
        inputs: [
          [2, 3],
          [3, 5],
        ],
        outputs: [[2, 5]],
      }),
    ).toEqual({
      flops: 60,
      bytes: 4 * (6 + 15 + 10),
    });
    const turned = { transpose_a: true, transpose_b: false };
    expect(
      workOf({
        name: 'MatMul',
        attributes: turned,
        inputs: [
          [3, 2],
          [3, 5],
        ],
        outputs: [[2, 5]],
      })!.flops,
    ).toBe(60);
    const batches = { name: 'BatchMatMulV2', attributes: { adj_x: false, adj_y: true } };
    expect(
      workOf({
        ...batches,
        inputs: [
          [7, 2, 3],
          [7, 5, 3],
        ],
        outputs: [[7, 2, 5]],
      })!.flops,
    ).toBe(7 * 60);
  });

  it('leaves out the weights that lie beside the image', () => {
    // 3×3 over 4×4 pixels: along an axis 2 + 3 + 3 + 2 weights lie within.
    const same = { strides: [1, 1, 1, 1], padding: 'SAME' };
    expect(
      convolution(
        same,
        [
          [1, 4, 4, 2],
          [3, 3, 2, 5],
        ],
        [1, 4, 4, 5],
      ),
    ).toEqual({
      flops: 2 * 10 * 10 * 2 * 5,
      bytes: 4 * (32 + 90 + 80),
    });
    // Without a border 2 × 3 of them.
    const valid = { strides: [1, 1, 1, 1], padding: 'VALID' };
    expect(
      convolution(
        valid,
        [
          [1, 4, 4, 2],
          [3, 3, 2, 5],
        ],
        [1, 2, 2, 5],
      )!.flops,
    ).toBe(2 * 6 * 6 * 2 * 5);
    // With stride 2 over 4 pixels the border lies behind: 3 + 2.
    const strided = { strides: [1, 2, 2, 1], padding: 'SAME' };
    expect(
      convolution(
        strided,
        [
          [1, 4, 4, 2],
          [3, 3, 2, 5],
        ],
        [1, 2, 2, 5],
      )!.flops,
    ).toBe(2 * 5 * 5 * 2 * 5);
  });

  it("is the same for a convolution's gradients, the library's and Ablate's", () => {
    const [x, w, y] = [
      [3, 4, 4, 2],
      [3, 3, 2, 5],
      [3, 2, 2, 5],
    ];
    const library = { strides: [1, 2, 2, 1], padding: 'SAME' };
    const own = { stride: 2, top: 0, left: 0, rows: 2, columns: 2 };
    const wanted = convolution(library, [x, w], y);
    expect(convolution(library, [[4], w, y], x, 'Conv2DBackpropInput')).toEqual(wanted);
    expect(convolution(library, [x, [4], y], w, 'Conv2DBackpropFilter')).toEqual(wanted);
    expect(convolution(own, [x, w], y, 'AblateConv2D')).toEqual(wanted);
    expect(convolution(own, [y, w], x, 'AblateConv2DInputGrad')).toEqual(wanted);
    expect(convolution(own, [x, y], w, 'AblateConv2DWeightGrad')).toEqual(wanted);
  });

  it('is none of what multiplies no matrices', () => {
    expect(workOf({ name: 'Relu', attributes: {}, inputs: [[8]], outputs: [[8]] })).toBeUndefined();
  });

  it('takes at least the longer of its arithmetic and its memory', () => {
    const work = [
      { flops: 400, bytes: 10 },
      { flops: 100, bytes: 60 },
    ];
    expect(limitOf(work, { flops: 100, bytes: 20 })).toBe(1000 * (4 + 3));
  });
});
