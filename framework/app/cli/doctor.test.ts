import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceNames } from '../../contracts/device.ts';
import { mlflowAnswer } from '../../records/sync/mlflow-answer.ts';

const command = fileURLToPath(new URL('../bin/ablate.mjs', import.meta.url));
const python = process.env.ABLATE_MLFLOW_PYTHON;
const { MLFLOW_TRACKING_URI: _, ...env } = process.env;

const doctor = (args: string[], more: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [command, 'doctor', ...args], { encoding: 'utf8', env: { ...env, ...more } });

// Each call trains on every device in a process of its own: seconds, and far more beside other tests.
describe('ablate doctor', { timeout: 240_000 }, () => {
  it('shows every device of this machine, which one is chosen, and the machine', () => {
    const { status, stdout, stderr } = doctor([]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const name of deviceNames) expect(stdout).toMatch(new RegExp(`^  [✓✗] ${name} +\\S`, 'm'));
    expect(stdout.match(/← chosen/g)).toHaveLength(1);
    expect(stdout).toMatch(
      /^ {2}✓ tensorflow +TensorFlow 2\.\d+\.\d+ through tfjs-node 4\.\d+\.\d+, .*; \d+\.\d ms a step/m,
    );
    expect(stdout).toContain(`Node.js ${process.versions.node}`);
    expect(stdout).toContain('no address (set MLFLOW_TRACKING_URI');
  });

  it('gives a reason and a remedy for every device that does not work, in one JSON document', () => {
    const { stdout } = doctor(['--json']);
    const { devices, chosen, mlflow, cache } = JSON.parse(stdout);
    expect(devices.map(({ name }: { name: string }) => name)).toEqual(deviceNames);
    for (const device of devices) {
      expect(device).toMatchObject(
        device.works
          ? { reason: null, remedy: null, milliseconds: expect.any(Number) }
          : { reason: expect.any(String), remedy: expect.any(String), milliseconds: null },
      );
    }
    expect(chosen).toBe(devices.find(({ works }: { works: boolean }) => works).name);
    expect(mlflow).toBeNull();
    expect(cache.bytes).toBeGreaterThan(0);
  });

  it('names the remedy for a server that is not there, and is content with the devices', () => {
    const { status, stdout } = doctor([], { MLFLOW_TRACKING_URI: 'http://user:secret@127.0.0.1:9' });
    expect(status).toBe(0);
    expect(stdout).toContain('✗ mlflow          http://127.0.0.1:9: it does not answer (ECONNREFUSED)');
    expect(stdout).toContain('→ Type: mlflow server --host 127.0.0.1 --port 9');
    expect(stdout).not.toContain('secret');
  });
});

describe('what a server that is no open MLflow answers', () => {
  const server = createServer((request, response) => {
    const authorised = ['Bearer token', `Basic ${Buffer.from('user:pass').toString('base64')}`].includes(
      request.headers.authorization ?? '',
    );
    if (request.url?.startsWith('/locked'))
      response.writeHead(authorised ? 200 : 401, { 'Content-Type': 'application/json' }).end('{}');
    else response.end('<html>hello</html>');
  });
  let url: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('is told apart', async () => {
    expect(await mlflowAnswer(url, {})).toMatchObject({
      works: false,
      version: undefined,
      reason: 'what answers there is not MLflow',
    });
    expect(await mlflowAnswer(`${url}/locked/`, {})).toMatchObject({
      works: false,
      reason: 'it does not let us in (HTTP 401)',
      remedy: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN',
    });
    expect(await mlflowAnswer('sqlite:///mlflow.db', {})).toMatchObject({
      works: false,
      reason: 'it is not the address of a server',
    });
  });

  it("is signed in to with MLflow's own variables", async () => {
    expect(await mlflowAnswer(`${url}/locked`, { MLFLOW_TRACKING_TOKEN: 'token' })).toMatchObject({ works: true });
    expect(
      await mlflowAnswer(`${url}/locked`, { MLFLOW_TRACKING_USERNAME: 'user', MLFLOW_TRACKING_PASSWORD: 'pass' }),
    ).toMatchObject({ works: true });
    expect(
      await mlflowAnswer(`${url}/locked`, { MLFLOW_TRACKING_USERNAME: 'user', MLFLOW_TRACKING_PASSWORD: 'wrong' }),
    ).toMatchObject({ works: false });
  });
});

describe('a real MLflow server', () => {
  let folder: string;
  let server: ChildProcess | undefined;
  afterAll(async () => {
    if (server?.pid && server.exitCode === null) {
      process.kill(-server.pid, 'SIGTERM');
      await once(server, 'close');
    }
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('tells its version', { timeout: 120_000 }, async (context) => {
    if (!python || !existsSync(python)) {
      if (process.env.ABLATE_REQUIRE_MLFLOW === '1')
        throw new Error('ABLATE_MLFLOW_PYTHON names no Python with MLflow');
      context.skip('ABLATE_MLFLOW_PYTHON names no Python with MLflow');
    }
    folder = mkdtempSync(path.join(tmpdir(), 'ablate-doctor-'));
    const port = await freePort();
    server = spawn(
      python!,
      [
        '-m',
        'mlflow',
        'server',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--workers',
        '1',
        '--backend-store-uri',
        `sqlite:///${folder}/m.db`,
        '--artifacts-destination',
        `${folder}/art`,
      ],
      { detached: true, stdio: 'ignore' },
    );
    const url = `http://127.0.0.1:${port}`;
    while (!(await mlflowAnswer(url, {})).works) {
      expect(server.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const { status, stdout } = doctor(['--mlflow', url]);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`✓ mlflow +${url} answers, version \\d+\\.\\d+`));
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  await once(socket, 'close');
  return port;
}
