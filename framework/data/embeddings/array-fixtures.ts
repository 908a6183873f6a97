import { zipFixture } from '../archives/zip-fixture.ts';

/** Makes the bytes of an `.npy` array made for a test. */
export function npyFixture(
  descr: string,
  shape: readonly number[],
  data: Uint8Array | Float32Array | Int32Array | BigInt64Array | Float64Array,
  more: { fortran?: boolean } = {},
): Buffer {
  const text = `{'descr': ${descr.startsWith('[') ? descr : `'${descr}'`}, 'fortran_order': ${more.fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }\n`;
  const header = Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]),
    Buffer.from(text),
  ]);
  return Buffer.concat([header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** Makes the bytes of an `.npz` file of such arrays, compressed. */
export const npzFixture = (arrays: Readonly<Record<string, Uint8Array>>): Buffer =>
  zipFixture(Object.entries(arrays).map(([name, bytes]) => ({ name: `${name}.npy`, bytes })));

/** Makes the bytes of a safetensors file: each tensor its dtype, shape and bytes. */
export function safetensorsFixture(
  tensors: Readonly<Record<string, readonly [dtype: string, shape: readonly number[], data: ArrayBufferView]>>,
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, [dtype, shape, data]]) => [
    name,
    { dtype, shape, data_offsets: [end, (end += data.byteLength)] },
  ]);
  const header = Buffer.from(
    JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([
    length,
    header,
    ...Object.values(tensors).map(([, , { buffer, byteOffset, byteLength }]) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  ]);
}
