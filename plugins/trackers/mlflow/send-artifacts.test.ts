import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readSafetensors, readSummary } from 'ablate-ml/runs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { syncRun } from '../../../framework/records/sync/sync-run.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { evaluated, started, step, writeFiles, writtenRun, type WrittenRun } from '#test/written-run';
import { connect } from './connection.ts';
import { MlflowClient } from './mlflow-client.ts';
import { sendArtifacts } from './send-artifacts.ts';
import { writeModel } from './write-model.ts';

let server: Server;
let url: string;
let run: WrittenRun;
let elsewhere: string;
const got = new Map<string, string>();

beforeEach(async () => {
  got.clear();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request
      .on('data', (part: Buffer) => parts.push(part))
      .on('end', () => {
        const path = decodeURIComponent(request.url!.split('/artifacts/1/r/').at(-1)!);
        if (request.method === 'PUT') got.set(path, Buffer.concat(parts).toString('latin1'));
        response.end(request.method === 'PUT' ? '{}' : Buffer.from(got.get(path) ?? '', 'latin1'));
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  elsewhere = mkdtempSync(join(tmpdir(), 'ablate-mine-'));
  await writeFile(join(elsewhere, 'id_rsa'), 'PRIVATE-OF-MINE');
  run = await writtenRun();
  run.append(started(), step(0), evaluated(1, { accuracy: 0.5 }), { type: 'ended', status: 'finished', step: 1 });
  await writeFiles(run.folder);
  await run.close();
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  for (const folder of [elsewhere, join(run.folder.directory, '..')]) rmSync(folder, { recursive: true });
});

const send = async (): Promise<string[]> => {
  const said: string[] = [];
  const client = new MlflowClient(connect(url, {}), new AbortController().signal);
  await sendArtifacts(run.folder, {
    client,
    artifactUri: 'mlflow-artifacts:/1/r',
    sent: {},
    checkpoints: 'last',
    embeddings: true,
    warn: (message) => said.push(message),
    progress: async () => undefined,
  });
  return said;
};

it('sends what lies in the folder, and says what is left out: links to files, to folders, devices', async () => {
  const { figures, directory } = run.folder;
  await symlink(join(elsewhere, 'id_rsa'), join(figures, 'curve.svg'));
  await symlink(elsewhere, join(figures, 'epoch-1'));
  await symlink(elsewhere, join(directory, 'embeddings'));
  await mkdir(join(directory, 'model'));
  await symlink('/dev/zero', join(directory, 'model', 'model.safetensors'));
  const said = await send();
  const own = [...got].filter(([path]) => !path.startsWith('patch-'));
  expect(own.map(([path]) => path).sort()).toEqual([
    'checkpoints/step-000000010.safetensors',
    'figures/embedding scatter.svg',
    'journal.jsonl',
    'provenance.json',
    'spec.yaml',
    'summary.json',
  ]);
  expect(own.map(([, text]) => text).join()).not.toContain('OF-MINE');
  expect(said).toEqual(
    ['figures/curve.svg', 'figures/epoch-1/id_rsa', 'embeddings/id_rsa', 'model/model.safetensors'].map((path) =>
      expect.stringContaining(`${path} is not sent`),
    ),
  );
});

it('makes no model of a shard that is another file', async () => {
  const { checkpoints } = run.folder;
  const file = join(checkpoints, 'step-000000010.safetensors');
  const shard = {
    file: 'step-000000010-0a.shards/1.safetensors',
    tensor: 'backbone/x',
    dtype: 'float32',
    shape: [1],
    begin: 0,
    rows: 1,
    bytes: 15,
    sha256: '0'.repeat(64),
  };
  const bytes = await readFile(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const { metadata } = await readSafetensors(file);
  const rewrite = async (shards: object[]): Promise<void> => {
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
    const text = Buffer.from(
      JSON.stringify({ ...header, __metadata__: { ...metadata, version: '2', shards: JSON.stringify(shards) } }),
    );
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    await writeFile(file, Buffer.concat([size, text, bytes.subarray(8 + length)]));
  };
  const summary = await readSummary(run.folder);
  await rewrite([{ ...shard, file: `../../../${elsewhere}/id_rsa` }]);
  await expect(writeModel(run.folder, summary, 'r')).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  await rewrite([shard]);
  await mkdir(join(checkpoints, 'step-000000010-0a.shards'));
  await link(join(elsewhere, 'id_rsa'), join(checkpoints, shard.file));
  await expect(writeModel(run.folder, summary, 'r')).rejects.toThrow('does not have the checksum it was written with');
  await send();
  expect([...got.keys()].filter((path) => path.startsWith('model/shards'))).toEqual([]);
});

it.each(['spec.yaml', 'journal.jsonl', 'summary.json', 'provenance.json'])(
  'sends nothing of a run whose %s is a link',
  async (name) => {
    const catalogue = await createCatalogue();
    rmSync(join(run.folder.directory, name));
    await symlink(join(elsewhere, 'id_rsa'), join(run.folder.directory, name));
    await expect(syncRun(run.folder, catalogue)).rejects.toThrow(`${name} is a link`);
    expect(got.size).toBe(0);
  },
);
