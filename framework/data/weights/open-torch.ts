import { open, type FileHandle } from 'node:fs/promises';
import { bytesBetween } from '../files/bytes-between.ts';
import { openZip, type ZipArchive } from '../archives/zip-archive.ts';
import type { ArrayFile } from '../embeddings/stored-array.ts';
import { torchArrays } from './torch-arrays.ts';
import { readTorchPickle, refuseTorch, storageBytes, tensorsIn, type TorchStorage } from './torch-tensors.ts';

/** Bytes that the pickles of a file may have: those of large nets have a few hundred thousand. */
const maxPickleBytes = 64 * 2 ** 20;

/** The first pickle of the older format: an integer of ten bytes. */
const magic = 0x1950a86a20f9469cfc6cn;

/**
 * Opens the tensors of a file that PyTorch's `torch.save` wrote since 1.6: a zip file with a pickle and an entry for
 * each storage. Nothing in it is run.
 *
 * @throws AblateError DATA_INVALID naming what it holds beside tensors and plain containers, or what is damaged
 */
export async function openTorchZip(file: string): Promise<ArrayFile> {
  const zip = await openZip(file, { largeEntries: true });
  try {
    const pickle = zip.names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickle === undefined) return refuseTorch(file, 'is a zip file, but not of PyTorch: it holds no data.pkl');
    if (zip.size(pickle) > maxPickleBytes)
      refuseTorch(file, `has a pickle of ${zip.size(pickle)} bytes, more than the ${maxPickleBytes} that are read`);
    const folder = pickle.slice(0, pickle.lastIndexOf('/') + 1);
    const { value } = readTorchPickle({ file, bytes: await zip.read(pickle), start: 0 });
    const tensors = tensorsIn(file, value);
    for (const [name, { storage }] of tensors) requireEntry(zip, `${folder}data/${storage.key}`, storage, name);
    const order = `${folder}byteorder`;
    const text = zip.names.includes(order) ? Buffer.from(await zip.read(order)).toString('latin1') : 'little';
    return torchArrays({
      file,
      tensors,
      littleEndian: text !== 'big',
      bytes: ({ key }, begin, end) => within(zip.stream(`${folder}data/${key}`), begin, end),
      close: async () => zip.close(),
    });
  } catch (error) {
    zip.close();
    throw error;
  }
}

function requireEntry(zip: ZipArchive, entry: string, storage: TorchStorage, tensor: string): void {
  if (!zip.names.includes(entry)) refuseTorch(zip.file, `holds no ${entry}, where "${tensor}" lies`);
  if (zip.size(entry) !== storageBytes(storage))
    refuseTorch(
      zip.file,
      `holds ${zip.size(entry)} bytes in ${entry}, where "${tensor}" needs ${storageBytes(storage)}`,
    );
}

/** The bytes from `begin` to `end` of a stream. */
async function* within(
  stream: Promise<AsyncIterable<Uint8Array>>,
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let place = 0;
  for await (const piece of await stream) {
    const part = piece.subarray(Math.max(0, begin - place), Math.max(0, end - place));
    place += piece.length;
    if (part.length > 0) yield part;
    if (place >= end) return;
  }
}

/**
 * Opens the tensors of a file that PyTorch's `torch.save` wrote before 1.6: pickles, and the storages raw behind them.
 * Nothing in it is run.
 *
 * @throws AblateError DATA_INVALID naming what it holds beside tensors and plain containers, or what is damaged
 */
export async function openTorchLegacy(file: string): Promise<ArrayFile> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, maxPickleBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    let end = 0;
    const known = new Map<string, TorchStorage>();
    const next = () => {
      const pickle = readTorchPickle({ file, bytes: bytes.subarray(0, bytesRead), start: end });
      for (const storage of pickle.storages) known.set(storage.key, storage);
      end = pickle.end;
      return pickle.value;
    };
    if (next() !== magic) refuseTorch(file, 'is a pickle, but not of PyTorch: it lacks its magic number');
    if (next() !== 1001) refuseTorch(file, "is of a version of PyTorch's format that is not known");
    const about = next();
    const tensors = tensorsIn(file, next());
    const keys = next();
    const places = await storagePlaces({
      file,
      handle,
      size,
      begin: end,
      keys: Array.isArray(keys) ? keys : [],
      known,
    });
    for (const [name, { storage }] of tensors)
      if (!places.has(storage.key)) refuseTorch(file, `holds no numbers of "${name}"`);
    return torchArrays({
      file,
      tensors,
      littleEndian: !(about instanceof Map) || about.get('little_endian') !== false,
      bytes: ({ key }, from, to) => bytesBetween(handle, places.get(key)! + from, places.get(key)! + to),
      close: () => handle.close(),
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface LegacyStorages {
  readonly file: string;
  readonly handle: FileHandle;
  readonly size: number;
  readonly begin: number;
  readonly keys: readonly unknown[];
  readonly known: ReadonlyMap<string, TorchStorage>;
}

/** Where each storage's first number lies: behind its count of numbers, one storage after the other. */
async function storagePlaces({ file, handle, size, begin, keys, known }: LegacyStorages): Promise<Map<string, number>> {
  const places = new Map<string, number>();
  const head = Buffer.alloc(8);
  let at = begin;
  for (const key of keys) {
    const storage = typeof key === 'string' ? known.get(key) : undefined;
    if (!storage) return refuseTorch(file, `holds numbers of ${JSON.stringify(key)}, which its pickle does not name`);
    if (at + 8 > size) refuseTorch(file, `is cut short after ${places.size} of ${keys.length} storages`);
    await handle.read(head, 0, 8, at);
    if (head.readBigInt64LE() !== BigInt(storage.count))
      refuseTorch(file, `holds ${head.readBigInt64LE()} numbers where its pickle says ${storage.count}`);
    places.set(storage.key, at + 8);
    at += 8 + storageBytes(storage);
    if (at > size) refuseTorch(file, `is cut short after ${places.size - 1} of ${keys.length} storages`);
  }
  return places;
}
