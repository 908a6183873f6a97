import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';

// A server that takes every request and never answers, or answers a byte and never goes on.
let onRequest: () => void = () => undefined;
const server = createServer((request, response) => {
  if (request.url!.startsWith('/begins')) response.writeHead(200, { 'Content-Length': 1e6 }).write('P');
  onRequest();
});
const folder = mkdtempSync(join(tmpdir(), 'ablate-interrupted-'));

writeFileSync(join(folder, 'labels.idx'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 8, 0, 1, 0, 1, 0, 1, 0, 1));

beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describe('a run that waits for a server which stalls, before its first step', { timeout: 300_000 }, () => {
  const digits = '{glyphs: {classes: 2, imagesPerClass: 8, testPerClass: 2, size: 32}}';
  const from = (name: string): string =>
    `{url: 'http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}', sha256: ${'a'.repeat(64)}}`;
  it.each([
    ['images', () => [`{image-folder: {path: ${from('begins/images.zip')}}}`, '{mlp: {embedding: 2}}']],
    [
      'files of images and labels',
      () => [`{mnist: {images: ${from('images.idx')}, labels: labels.idx, split: [4, 0, 4]}}`, '{mlp: {}}'],
    ],
    ['a model', () => [digits, `{layers-model: {model: ${from('model.json')}}}`]],
    ['published weights', () => [digits, `{resnet: {layers: 18, weights: ${from('begins/resnet.safetensors')}}}`]],
  ] as const)('ends at SIGTERM: %s', async (kind, parts) => {
    const [dataset, backbone] = parts();
    const spec = join(folder, `${kind.replaceAll(' ', '-')}.yaml`);
    writeFileSync(
      spec,
      `name: waits
dataset: ${dataset}
backbone: ${backbone}
head: {linear: {}}
losses: [softmax]
train: {epochs: 1, batch: 4}
evaluate: [accuracy]
`,
    );
    let requests = 0;
    const { code, signal, stderr } = await ablate(
      ['run', spec, '--device', 'cpu', '--out', folder, '--no-memory-check'],
      {
        env: { ABLATE_CACHE: join(folder, 'cache') },
        onStart(kill) {
          onRequest = () => {
            requests++;
            setTimeout(() => kill('SIGTERM'), 100);
          };
        },
      },
    );
    expect({ code, signal }, stderr).toEqual({ code: 143, signal: null });
    // Not because the server was given up by itself: that is tried four times, half a minute each.
    expect(requests, stderr).toBe(1);
  });
});
