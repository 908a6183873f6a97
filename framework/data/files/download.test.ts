import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from './download.ts';

const body = gzipSync('what a server gives');
const sha256 = createHash('sha256').update(body).digest('hex');
const begun: ServerResponse[] = [];
/** What the server does at an address, by its last part. */
const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'whole.gz': (response) => response.end(body),
  '100%.gz': (response) => response.end(body),
  // Some servers say of a file that is packed that it was packed for the way.
  'encoded.gz': (response) => response.setHeader('Content-Encoding', 'gzip').end(body),
  large: (response) => response.writeHead(200, { 'Content-Length': 2 ** 60 }).write('x'),
  endless: (response) => {
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(2 ** 16), more));
    more();
  },
  dripping: (response) => {
    const drops = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drops));
  },
};
const server = createServer(({ url }, response) => {
  begun.push(response);
  answers[path.posix.basename(url!)]!(response);
});
const cache = mkdtempSync(path.join(os.tmpdir(), 'ablate-download-'));
const get = (name: string, signal?: AbortSignal): Promise<string> =>
  download({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/${name}`, sha256 }, cache, signal, {
    patience: 400,
    maxBytes: 2 ** 20,
  });

describe('a download', () => {
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(cache, { recursive: true });
  });

  it.each([
    ['whole.gz', 'whole.gz'],
    ['100%.gz', '100_.gz'],
    ['encoded.gz', 'encoded.gz'],
  ])('keeps the bytes that lie on the server, whatever the address is called: %s', async (name, file) => {
    const found = await get(name);
    expect(path.basename(found)).toBe(`${sha256.slice(0, 16)}-${file}`);
    expect(readFileSync(found)).toEqual(body);
  });

  it.each([
    ['large', /it has \d+ bytes, and there is room for \d+/],
    ['endless', /it has more than the 1048576 bytes that are taken/],
    ['dripping', /the server sent \d+ bytes in 0\.4 s/],
  ])('is given up, and leaves nothing behind, where the answer is %s', async (name, message) => {
    await expect(get(name)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringMatching(message) });
    expect(readdirSync(path.join(cache, 'downloads')).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('is given up by a signal, in its midst too', async () => {
    const controller = new AbortController();
    begun.length = 0;
    const stopped = get('dripping', controller.signal);
    const poll = setInterval(() => {
      if (begun.length > 0) controller.abort();
    }, 10);
    await expect(stopped)
      .rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
      .finally(() => clearInterval(poll));
    expect(readdirSync(path.join(cache, 'downloads')).filter((file) => file.endsWith('.part'))).toEqual([]);
  });
});
