import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A tensor that a test writes, with a storage of its own. */
export interface Written {
  readonly name: string;
  /** PyTorch's name of the storage's type. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Row-major where they are left out. */
  readonly strides?: readonly number[];
  readonly offset?: number;
  readonly numbers: Float32Array | BigInt64Array | Uint16Array;
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const integer = (value: number): Buffer => {
  const code = bytes(0x4a, 0, 0, 0, 0);
  code.writeInt32LE(value, 1);
  return code;
};
const text = (value: string): Buffer => {
  const content = Buffer.from(value);
  const head = bytes(0x58, 0, 0, 0, 0);
  head.writeUInt32LE(content.length, 1);
  return Buffer.concat([head, content]);
};
const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);
const tuple = (...items: Buffer[]): Buffer => Buffer.concat([bytes(0x28), ...items, bytes(0x74)]);
const none = bytes(0x4e);

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
}

function tensor(
  { type, shape, strides = rowMajor(shape), offset = 0, numbers }: Written,
  key: number,
  legacy: boolean,
): Buffer {
  const id = [text('storage'), global('torch', type), text(String(key)), text('cpu'), integer(numbers.length)];
  return Buffer.concat([
    global('torch._utils', '_rebuild_tensor_v2'),
    tuple(
      Buffer.concat([tuple(...id, ...(legacy ? [none] : [])), bytes(0x51)]),
      integer(offset),
      tuple(...shape.map(integer)),
      tuple(...strides.map(integer)),
      bytes(0x89),
      Buffer.concat([global('collections', 'OrderedDict'), bytes(0x29, 0x52)]),
    ),
    bytes(0x52),
  ]);
}

/** What a pickle holds beside the tensors. */
export interface PickleChoices {
  /** Key of the dictionary that holds the tensors, within a checkpoint. */
  readonly wrapped?: string;
  /** A function that unpickling would call: module and name. */
  readonly global?: readonly [module: string, name: string];
}

/** Writes the pickle of a state dictionary, as protocol 2 writes it, for either format. */
export function pickleOf(
  written: readonly Written[],
  { wrapped, global: called }: PickleChoices = {},
): (legacy: boolean) => Buffer {
  return (legacy) => {
    const items = written.flatMap((one, key) => [text(one.name), tensor(one, key, legacy)]);
    const dictionary = Buffer.concat([
      global('collections', 'OrderedDict'),
      bytes(0x29, 0x52, 0x71, 0, 0x28),
      ...items,
      bytes(0x75),
      // The versions of modules, which PyTorch hangs on the dictionary as an attribute.
      Buffer.concat([bytes(0x7d), text('_metadata'), bytes(0x7d, 0x73, 0x62)]),
    ]);
    const call = called && Buffer.concat([global(...called), tuple(text('true')), bytes(0x52)]);
    const root = wrapped
      ? Buffer.concat([bytes(0x7d, 0x28), text('epoch'), integer(3), text(wrapped), dictionary, bytes(0x75)])
      : dictionary;
    return Buffer.concat([bytes(0x80, 2), ...(call ? [call, bytes(0x30)] : []), root, bytes(0x2e)]);
  };
}

const raw = ({ numbers }: Written): Buffer => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** Writes a file as `torch.save` writes it since 1.6. */
export async function zipFile(
  pickle: (legacy: boolean) => Buffer,
  written: readonly Written[],
  pickleName = 'weights/data.pkl',
): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(pickle(false), pickleName, { compress: false });
  zip.addBuffer(Buffer.from('little'), 'weights/byteorder', { compress: false });
  written.forEach((one, key) => zip.addBuffer(raw(one), `weights/data/${key}`, { compress: false }));
  zip.end();
  return buffer(zip.outputStream);
}

/** Writes a file as `torch.save` wrote it before 1.6. */
export function legacyFile(pickle: (legacy: boolean) => Buffer, written: readonly Written[]): Promise<Buffer> {
  const magic = bytes(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e);
  const version = Buffer.concat([bytes(0x80, 2), integer(1001), bytes(0x2e)]);
  const about = Buffer.concat([bytes(0x80, 2, 0x7d), text('little_endian'), bytes(0x88, 0x73, 0x2e)]);
  const keys = Buffer.concat([
    bytes(0x80, 2, 0x5d, 0x28),
    ...written.map((_, key) => text(String(key))),
    bytes(0x65, 0x2e),
  ]);
  const storages = written.flatMap((one) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(one.numbers.length));
    return [count, raw(one)];
  });
  return Promise.resolve(Buffer.concat([magic, version, about, pickle(true), keys, ...storages]));
}
