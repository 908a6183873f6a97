import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate, type Ended } from '#test/ablate';
import { metricsOfJournal } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { evaluated, started, step, writeFiles, writtenRun } from '#test/written-run';

const mlflow = findMlflow();
const openssl = spawnSync('openssl', ['version']).status === 0;
const missing = 'missing' in mlflow ? ` (${mlflow.missing})` : openssl ? '' : ' (no openssl to make certificates with)';
const token = 'a-token-of-the-team';

/** Certificates of an authority that no machine knows: of the server and of a client. */
function certificates(): { ca: string; server: string; client: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-certificates-'));
  const file = (name: string): string => join(folder, name);
  const run = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  run(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=Ablate test authority',
    '-addext',
    'basicConstraints=critical,CA:TRUE',
  );
  writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  for (const name of ['server', 'client']) {
    run(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.csr`),
      '-subj',
      `/CN=${name}`,
    );
    run(
      'x509',
      '-req',
      '-in',
      file(`${name}.csr`),
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      file('names'),
      '-out',
      file(`${name}.crt`),
    );
    writeFileSync(
      file(`${name}.pem`),
      readFileSync(file(`${name}.crt`), 'utf8') + readFileSync(file(`${name}.key`), 'utf8'),
    );
  }
  return { ca: file('ca.pem'), server: file('server.pem'), client: file('client.pem') };
}

describe.skipIf(missing !== '')(
  `a hosted MLflow server: TLS by a private authority, a token, a path prefix${missing}`,
  { timeout: 300_000 },
  () => {
    let mine: MlflowServer;
    let files: ReturnType<typeof certificates>;
    const open: Server[] = [];
    const tunnels: string[] = [];
    let proxy: string;
    const listen = async (server: Server): Promise<number> => {
      open.push(server.listen(0, '127.0.0.1'));
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    };
    /** What stands before a hosted server: it ends TLS, asks for the token and knows the server below a path. */
    const front = async (options: ServerOptions = {}): Promise<string> => {
      const pem = readFileSync(files.server);
      const port = await listen(
        createTlsServer({ cert: pem, key: pem, ...options }, (request, response) => {
          const path = /^\/team\/mlflow(\/.*)$/.exec(request.url!)?.[1];
          if (request.headers.authorization !== `Bearer ${token}` || !path)
            return void response.writeHead(path ? 401 : 404).end();
          const { authorization: _, host: __, ...headers } = request.headers;
          request.pipe(
            forward(`${mine.url}${path}`, { method: request.method, headers }, (answer) =>
              answer.pipe(response.writeHead(answer.statusCode!, answer.headers)),
            ),
          );
        }),
      );
      return `https://127.0.0.1:${port}/team/mlflow`;
    };
    const written = async (experiment: string): Promise<string> => {
      const run = await writtenRun({ experiment });
      await writeFiles(run.folder);
      run.append(started(), step(0), step(1), evaluated(2, { accuracy: 0.9 }), {
        type: 'ended',
        status: 'finished',
        step: 2,
      });
      await run.close();
      return run.folder.directory;
    };
    const sync = (directory: string, env: NodeJS.ProcessEnv): Promise<Ended> =>
      ablate(['sync', directory], {
        env: { NO_PROXY: '', no_proxy: '', MLFLOW_TRACKING_TOKEN: token, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1', ...env },
      });

    beforeAll(async () => {
      files = certificates();
      mine = await MlflowServer.start((mlflow as { python: string }).python);
      const tunnelling = createServer((_request, response) => void response.writeHead(405).end()).on(
        'connect',
        (request, socket, head) => {
          tunnels.push(request.url!);
          const [host, port] = request.url!.split(':') as [string, string];
          const there = connect(Number(port), host, () => {
            socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
            there.write(head);
            there.pipe(socket).pipe(there);
          }).on('error', () => socket.destroy());
          socket.on('error', () => there.destroy());
        },
      );
      proxy = `http://127.0.0.1:${await listen(tunnelling)}`;
    });
    afterAll(async () => {
      for (const server of open) {
        server.closeAllConnections();
        server.close();
      }
      await mine?.stop();
    });

    it('is reached through a proxy, with everything that a run has', async () => {
      const url = await front();
      const directory = await written('hosted');
      const ended = await sync(directory, {
        MLFLOW_TRACKING_URI: url,
        MLFLOW_TRACKING_SERVER_CERT_PATH: files.ca,
        HTTPS_PROXY: proxy,
      });
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
      expect(ended.stdout).toContain(`${url}/#/experiments/`);
      expect(new Set(tunnels)).toEqual(new Set([new URL(url).host]));
      const there = await mine.run((await mine.runs('hosted'))[0]!.id);
      expect(there.metrics).toEqual(metricsOfJournal(join(directory, 'journal.jsonl')));
      expect(Object.keys(there.artifacts)).toEqual(
        expect.arrayContaining(['model/MLmodel', 'checkpoints/step-000000010.safetensors', 'spec.yaml']),
      );
      expect(readFileSync(join(directory, 'mlflow.json'), 'utf8')).not.toContain(token);
      const before = tunnels.length;
      expect(
        (
          await sync(directory, {
            MLFLOW_TRACKING_URI: url,
            MLFLOW_TRACKING_SERVER_CERT_PATH: files.ca,
            HTTPS_PROXY: proxy,
            NO_PROXY: '127.0.0.1',
          })
        ).code,
      ).toBe(0);
      expect(tunnels.length).toBe(before);
    });

    it('is refused clearly without its authority, and taken on trust where one says so', async () => {
      const url = await front();
      const directory = await written('trust');
      const refused = await sync(directory, { MLFLOW_TRACKING_URI: url });
      expect([refused.code, refused.stdout]).toEqual([
        1,
        expect.stringMatching(/certificate.*\n.*MLFLOW_TRACKING_SERVER_CERT_PATH/),
      ]);
      const nowhere = await sync(directory, {
        MLFLOW_TRACKING_URI: url,
        MLFLOW_TRACKING_SERVER_CERT_PATH: join(dirname(files.ca), 'none.pem'),
      });
      expect([nowhere.code, nowhere.stdout]).toEqual([
        1,
        expect.stringContaining('MLFLOW_TRACKING_SERVER_CERT_PATH names cannot be read'),
      ]);
      const trusted = await sync(directory, { MLFLOW_TRACKING_URI: url, MLFLOW_TRACKING_INSECURE_TLS: 'true' });
      expect(trusted.code, trusted.stdout).toBe(0);
    });

    it("says what to set where the token is wrong, and shows a client's certificate", async () => {
      const ca = readFileSync(files.ca);
      const url = await front({ ca, requestCert: true, rejectUnauthorized: true });
      const directory = await written('certified');
      const env = { MLFLOW_TRACKING_URI: url, MLFLOW_TRACKING_SERVER_CERT_PATH: files.ca };
      const wrong = await sync(directory, {
        ...env,
        MLFLOW_TRACKING_CLIENT_CERT_PATH: files.client,
        MLFLOW_TRACKING_TOKEN: 'another',
      });
      expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringMatching(/HTTP 401.*\n.*MLFLOW_TRACKING_TOKEN/)]);
      const shown = await sync(directory, { ...env, MLFLOW_TRACKING_CLIENT_CERT_PATH: files.client });
      expect(shown.code, shown.stdout).toBe(0);
      expect((await sync(directory, { ...env, MLFLOW_TRACKING_CLIENT_CERT_PATH: '' })).code).toBe(1);
    });
  },
);
