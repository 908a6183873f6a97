import { decodeNumbers } from '../embeddings/decode-numbers.ts';
import { numberTypes } from '../embeddings/number-type.ts';
import { sizeOf, type ArrayFile, type StoredArray } from '../embeddings/stored-array.ts';
import { isContiguous, type TorchStorage, type TorchTensor } from './torch-tensors.ts';

/** Where the numbers of a file of PyTorch's lie. */
export interface TorchNumbers {
  readonly file: string;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly littleEndian: boolean;
  /** Bytes of a storage from `begin` to `end`. */
  bytes(storage: TorchStorage, begin: number, end: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Gives the tensors of such a file, to be read one by one. */
export function torchArrays({ file, tensors, littleEndian, bytes, close }: TorchNumbers): ArrayFile {
  const stored = (name: string, tensor: TorchTensor): StoredArray => {
    const { storage, offset, shape, strides } = tensor;
    const { dtype } = storage;
    const width = numberTypes[dtype].bytes;
    const between = (begin: number, count: number, take: (piece: ArrayLike<number>) => void): Promise<void> =>
      decodeNumbers(
        bytes(storage, begin * width, (begin + count) * width),
        { dtype, littleEndian, count, name: `"${name}" in ${file}` },
        take,
      );
    return {
      dtype,
      shape,
      async read(take) {
        const size = sizeOf(shape);
        if (size === 0 || isContiguous(tensor)) return between(offset, size, take);
        const last = shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, 0);
        const around = new Float64Array(last + 1);
        let place = 0;
        await between(offset, around.length, (piece) => {
          around.set(piece, place);
          place += piece.length;
        });
        take(inRows(around, shape, strides));
      },
    };
  };
  return {
    file,
    names: [...tensors.keys()],
    array: async (name) => {
      const tensor = tensors.get(name);
      return tensor && stored(name, tensor);
    },
    close,
  };
}

/** Numbers that lie by other strides, in row-major order. */
function inRows(values: Float64Array, shape: readonly number[], strides: readonly number[]): Float64Array {
  const index = shape.map(() => 0);
  return Float64Array.from({ length: sizeOf(shape) }, () => {
    const value = values[index.reduce((sum, place, axis) => sum + place * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
    return value;
  });
}
