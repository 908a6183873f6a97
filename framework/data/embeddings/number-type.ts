/** A type of number that a file can hold: bytes of one, and how one is read. */
export interface NumberType {
  readonly bytes: number;
  readonly integer: boolean;
  read(view: DataView, offset: number, littleEndian: boolean): number;
}

/** Half precision (IEEE 754 binary16). */
function float16(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const word = new DataView(new ArrayBuffer(4));
/** The upper half of a float32. */
function bfloat16(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** Types by name. */
export const numberTypes = {
  float16: { bytes: 2, integer: false, read: (view, offset, little) => float16(view.getUint16(offset, little)) },
  bfloat16: { bytes: 2, integer: false, read: (view, offset, little) => bfloat16(view.getUint16(offset, little)) },
  float32: { bytes: 4, integer: false, read: (view, offset, little) => view.getFloat32(offset, little) },
  float64: { bytes: 8, integer: false, read: (view, offset, little) => view.getFloat64(offset, little) },
  int8: { bytes: 1, integer: true, read: (view, offset) => view.getInt8(offset) },
  int16: { bytes: 2, integer: true, read: (view, offset, little) => view.getInt16(offset, little) },
  int32: { bytes: 4, integer: true, read: (view, offset, little) => view.getInt32(offset, little) },
  int64: { bytes: 8, integer: true, read: (view, offset, little) => Number(view.getBigInt64(offset, little)) },
  uint8: { bytes: 1, integer: true, read: (view, offset) => view.getUint8(offset) },
  uint16: { bytes: 2, integer: true, read: (view, offset, little) => view.getUint16(offset, little) },
  uint32: { bytes: 4, integer: true, read: (view, offset, little) => view.getUint32(offset, little) },
  uint64: { bytes: 8, integer: true, read: (view, offset, little) => Number(view.getBigUint64(offset, little)) },
  bool: { bytes: 1, integer: true, read: (view, offset) => Number(view.getUint8(offset) !== 0) },
} as const satisfies Record<string, NumberType>;

/** Name of a type. */
export type NumberTypeName = keyof typeof numberTypes;
