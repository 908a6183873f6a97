/** What files are by their first bytes as latin1, and in words: above all what takes the place of data by mistake. */
const kinds: readonly (readonly [start: RegExp, kind: string])[] = [
  [/^PK\x03\x04/, 'a zip file, as .npz is'],
  [/^\x93NUMPY/, 'an .npy array of NumPy'],
  [/^\x1f\x8b/, 'a file packed by gzip'],
  [/^\x89HDF/, 'an HDF5 file'],
  [/^\x89PNG/, 'a PNG image'],
  [/^\xff\xd8\xff/, 'a JPEG image'],
  [/^%PDF/, 'a PDF'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS, in place of the file that `git lfs pull` gets'],
  [/^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head)/i, 'a web page'],
  [/^(?:\xef\xbb\xbf)?\s*<\?xml/i, 'an XML document'],
  [/^(?:\xef\xbb\xbf)?\s*\{\s*"/, 'JSON text'],
  [/^.{257}ustar/s, 'a tar file'],
];

/**
 * Says what a file is that is not what it should be, for the end of a sentence: `: it is a web page`; empty where its
 * first bytes do not show it.
 */
export function fileKindClause(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const kind = kinds.find(([expression]) => expression.test(start))?.[1];
  return kind === undefined ? '' : `: it is ${kind}`;
}
