import { crc32Of } from '../base/system/crc32-of.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32Of(body), body.length + 4);
  return whole;
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const found = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
};

/**
 * Puts PNG files of one size and color type into one animated PNG
 * (https://www.w3.org/TR/png-3/#apng-frame-based-animation) that repeats for ever; a viewer that knows no animation
 * shows the first.
 *
 * @param delays milliseconds that each frame stays
 */
export function animatedPng(frames: readonly Buffer[], delays: readonly number[]): Buffer {
  const first = chunksOf(frames[0]!);
  const header = first.find(({ type }) => type === 'IHDR')!.data;
  const parts: Buffer[] = [Buffer.from(signature), chunk('IHDR', header), chunk('acTL', numbers(frames.length, 0))];
  let sequence = 0;
  frames.forEach((png, index) => {
    const timing = Buffer.alloc(6);
    timing.writeUInt16BE(delays[index]!, 0);
    timing.writeUInt16BE(1000, 2);
    parts.push(
      chunk('fcTL', Buffer.concat([numbers(sequence++, header.readUInt32BE(0), header.readUInt32BE(4), 0, 0), timing])),
    );
    for (const { type, data } of chunksOf(png)) {
      if (type !== 'IDAT') continue;
      parts.push(index === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([numbers(sequence++), data])));
    }
  });
  return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))]);
}
