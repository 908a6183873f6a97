import { expect, test } from 'vitest';
import { fileKindClause } from './file-kind.ts';

test.each<[string, string | Buffer, string]>([
  ['a web page', '\uFEFF\n<!DOCTYPE html><html>', ': it is a web page'],
  ['a zip file', 'PK\x03\x04\x14', ': it is a zip file, as .npz is'],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\n', ': it is a pointer of Git LFS'],
  ['a tar file', Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar')]), ': it is a tar file'],
  ['a packed file', Buffer.from([0x1f, 0x8b, 8]), ': it is a file packed by gzip'],
])('tells %s', (_, bytes, clause) => expect(fileKindClause(Buffer.from(bytes))).toContain(clause));

test.each(['', 'a', '<', 'PK', 'a,b\n1,2\n'])('says nothing of %j', (text) =>
  expect(fileKindClause(Buffer.from(text))).toBe(''),
);
