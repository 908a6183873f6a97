import { expect, it } from 'vitest';
import { crc32c, tfRecord } from './tf-record.ts';

it('has the check value of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
});

it('frames a record as TFRecord has it', () => {
  const record = tfRecord(Buffer.from('abc'));
  expect(record.length).toBe(19);
  expect(record.readBigUInt64LE(0)).toBe(3n);
  expect(record.subarray(12, 15).toString()).toBe('abc');
});
