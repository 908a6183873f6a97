import type { FileHandle } from 'node:fs/promises';

/** Reads bytes of a file, a mebibyte at a time. A stream for each part would leave its listeners on the file. */
export async function* bytesBetween(handle: FileHandle, begin: number, end: number): AsyncGenerator<Uint8Array> {
  for (let place = begin; place < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(2 ** 20, end - place));
    const { bytesRead } = await handle.read(piece, 0, piece.length, place);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    place += bytesRead;
  }
}
