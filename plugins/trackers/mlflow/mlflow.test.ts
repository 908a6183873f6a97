import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { flattenSpec } from 'ablate-ml/runs';
import { afterEach, describe, expect, it } from 'vitest';
import { batches } from './batches.ts';
import { connect } from './connection.ts';
import { LegalNames } from './legal-names.ts';
import { MlflowClient } from './mlflow-client.ts';

describe('names', () => {
  it('become what MLflow takes, and the original is kept', () => {
    const names = new LegalNames();
    expect(['train/loss', 'MAP@R', 'TAR@FAR=1e-4', 'a/../b', ''].map((name) => names.of(name))).toEqual([
      'train/loss',
      'MAP_at_R',
      'TAR_at_FAR_1e-4',
      'a/_/b',
      '_',
    ]);
    expect(names.originalTags()).toEqual([
      { key: 'ablate.names', value: '{"MAP_at_R":"MAP@R","TAR_at_FAR_1e-4":"TAR@FAR=1e-4","a/_/b":"a/../b","_":""}' },
    ]);
  });

  it('keep their originals in as few tags as hold them, each a whole map', () => {
    const names = new LegalNames();
    const originals = Array.from({ length: 300 }, (_, index) => `recall@${index} of "many" ${'é'.repeat(index % 90)}`);
    const legal = originals.map((name) => names.of(name));
    const tags = names.originalTags();
    expect(tags.map(({ key }) => key).slice(0, 2)).toEqual(['ablate.names', 'ablate.names.2']);
    for (const { value } of tags) expect(value.length).toBeLessThanOrEqual(5000);
    expect(Object.assign({}, ...tags.map(({ value }) => JSON.parse(value) as object))).toEqual(
      Object.fromEntries(legal.map((name, index) => [name, originals[index]])),
    );
  });

  it('stay different, legal and short enough, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 400 }),
            fc.constantFrom('a=b', 'a:b', 'a_b', 'x'.repeat(251), 'x'.repeat(252)),
          ),
        ),
        (originals) => {
          const names = new LegalNames();
          const legal = originals.map((name) => names.of(name));
          expect(new Set(legal).size).toBe(originals.length);
          for (const name of legal) expect(name).toMatch(/^(?!\/)[\p{L}\p{N}_\-./ ]{1,250}$/u);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('batches', () => {
  it('keep within the count and the bytes, and lose nothing', () => {
    expect([...batches(['a', 'b', 'c'], { count: 2, bytes: 1000 })]).toEqual([['a', 'b'], ['c']]);
    expect([...batches(['aaaa', 'bb', 'cc'], { count: 9, bytes: 11 })]).toEqual([['aaaa'], ['bb', 'cc']]);
    expect([...batches(['too long', 'b'], { count: 9, bytes: 3 })]).toEqual([['too long'], ['b']]);
    expect([...batches([], { count: 9, bytes: 3 })]).toEqual([]);
  });
});

describe('a spec', () => {
  it('is flattened to the paths that a matrix would use', () => {
    expect(flattenSpec({ seed: 1, losses: [{ center: { lambda: 0.003, 'a.b': [] } }], head: null })).toEqual([
      ['seed', '1'],
      ['losses.0.center.lambda', '0.003'],
      ['losses.0.center["a.b"]', '[]'],
      ['head', 'null'],
    ]);
  });
});

describe('a connection', () => {
  let server: Server;
  const requests: { method: string; url: string; authorization: string | undefined }[] = [];
  const serve = async (
    answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
  ): Promise<string> => {
    requests.length = 0;
    server = createServer((request, response) => {
      requests.push({ method: request.method!, url: request.url!, authorization: request.headers.authorization });
      answer(request, response, requests.length);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const client = (url: string, env: NodeJS.ProcessEnv = {}): MlflowClient =>
    new MlflowClient(connect(url, env), new AbortController().signal);
  const run = (_request: IncomingMessage, response: ServerResponse): void =>
    void response.setHeader('content-type', 'application/json').end('{"run":{"info":{"run_id":"r"},"data":{}}}');
  afterEach(() => server?.close());

  it("signs in by MLflow's variables or the address, which it shows without them", async () => {
    const host = await serve(run);
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    await client(`http://${host}`, { MLFLOW_TRACKING_TOKEN: 'bearer-token' }).run('r');
    await client(`http://${host}`, { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pass:word' }).run('r');
    await client(`http://bob:s%40crt@${host}/prefix/`).run('r');
    await client('databricks', { DATABRICKS_HOST: `http://${host}`, DATABRICKS_TOKEN: 'dapi' }).run('r');
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer bearer-token',
      basic('ada:pass:word'),
      basic('bob:s@crt'),
      'Bearer dapi',
    ]);
    expect(requests[2]!.url).toBe('/prefix/api/2.0/mlflow/runs/get?run_id=r');
    expect(client(`http://bob:s%40crt@${host}/prefix/`).url).toBe(`http://${host}/prefix`);
  });

  it('signs in nowhere else: an address that the server signed gets no authentication', async () => {
    const host = await serve((_request, response) => void response.setHeader('etag', '"e"').end());
    const put = await client('http://127.0.0.1:9', { MLFLOW_TRACKING_TOKEN: 'bearer-token' }).putSigned(
      { url: `http://${host}/bucket/key?partNumber=1`, data: 'x' },
      'take a part',
    );
    expect([requests, put.headers.etag]).toEqual([
      [{ method: 'PUT', url: '/bucket/key?partNumber=1', authorization: undefined }],
      '"e"',
    ]);
  });

  it('waits as long as a busy server asks', async () => {
    const host = await serve((request, response, count) =>
      count === 1 ? response.writeHead(429, { 'retry-after': '1' }).end() : run(request, response),
    );
    const began = performance.now();
    await client(`http://${host}`).run('r');
    expect(performance.now() - began).toBeGreaterThan(950);
    expect(requests).toHaveLength(2);
  });

  it('asks again after 5xx and a cut connection, but never sends a batch twice by itself', async () => {
    const host = await serve((request, response, count) =>
      count % 3 === 1
        ? response.writeHead(503).end()
        : count % 3 === 2
          ? request.socket.destroy()
          : run(request, response),
    );
    await client(`http://${host}`).run('r');
    expect(requests).toHaveLength(3);
    await expect(client(`http://${host}`).logBatch('r', { metrics: [] })).rejects.toThrow('503');
    expect(requests).toHaveLength(4);
  });

  it.each([
    [401, /HTTP 401.*\n.*MLFLOW_TRACKING_TOKEN/s],
    [403, /HTTP 403/],
    [400, /HTTP 400: no such thing/],
  ])('does not repeat what is refused with %i', async (status, message) => {
    const host = await serve(
      (_request, response) =>
        void response
          .writeHead(status, { 'content-type': 'application/json' })
          .end('{"error_code":"X","message":"no such thing"}'),
    );
    await expect(client(`http://${host}`).logBatch('r', {})).rejects.toMatchObject({
      code: 'TRACKER_REFUSED',
      message: expect.stringMatching(message),
    });
    expect(requests).toHaveLength(1);
  });

  it('says so where a page answers that is not MLflow', async () => {
    const host = await serve(
      (_request, response) => void response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>'),
    );
    await expect(client(`http://${host}`).run('r')).rejects.toThrow(/what answers there is not MLflow/);
  });
});
