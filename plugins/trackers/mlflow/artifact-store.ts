import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { AblateError } from 'ablate-ml';
import { isLoopback } from './is-loopback.ts';
import type { MlflowClient } from './mlflow-client.ts';
import { sendInParts } from './send-in-parts.ts';
import { sha256OfFile, sha256OfStream } from './sha256-of-file.ts';

/** Where a run's artifacts are kept. */
export interface ArtifactStore {
  /**
   * Puts a file at a path of the run's artifacts and reads it back.
   *
   * @returns the SHA-256 of what is there now
   * @throws AblateError TRACKER_REFUSED; a passing failure as it came
   */
  put(path: string, file: string): Promise<string>;
  /**
   * Gets a run's artifact into a file.
   *
   * @throws AblateError TRACKER_REFUSED; a passing failure as it came
   */
  get(path: string, file: string): Promise<void>;
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** A server that takes artifacts itself (`mlflow server --serve-artifacts`, its default). */
function proxied(client: MlflowClient, root: string): ArtifactStore {
  const below = (path: string): string => encoded(`${root}/${path}`);
  const url = (path: string): string => `mlflow-artifacts/artifacts/${below(path)}`;
  const read = (path: string): Promise<Readable> =>
    client.request<Readable>({ url: url(path), responseType: 'stream', timeout: 0 }, `give the artifact ${path} back`);
  const sendWhole = (path: string, file: string, size: number): Promise<unknown> =>
    client.request(
      {
        method: 'PUT',
        url: url(path),
        data: createReadStream(file),
        timeout: 0,
        headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': size },
        // A stream is used up by the attempt before.
        'axios-retry': { onRetry: (_count, _error, config) => void (config.data = createReadStream(file)) },
      },
      `take the artifact ${path}`,
    );
  return {
    async put(path, file) {
      const { size } = await stat(file);
      if (!(await sendInParts(client, { url: below(path), path, file, size }))) await sendWhole(path, file, size);
      return sha256OfStream(await read(path));
    },
    async get(path, file) {
      await pipeline(await read(path), createWriteStream(file));
    },
  };
}

/** A folder that this machine shares with the server. */
function local(folder: string): ArtifactStore {
  return {
    async put(path, file) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(file, target);
      return sha256OfFile(target);
    },
    get: (path, file) => copyFile(join(folder, path), file),
  };
}

/**
 * Opens the store behind a run's `artifact_uri`.
 *
 * @throws AblateError TRACKER_REFUSED where only the server itself can reach it
 */
export function artifactStore(client: MlflowClient, artifactUri: string): ArtifactStore {
  const proxy = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri);
  if (proxy) return proxied(client, proxy[1]!);
  const isFile = artifactUri.startsWith('file:') || artifactUri.startsWith('/');
  if (isFile && isLoopback(client.url))
    return local(artifactUri.startsWith('/') ? artifactUri : fileURLToPath(artifactUri));
  throw new AblateError(
    'TRACKER_REFUSED',
    `The MLflow server at ${client.url} keeps artifacts at ${artifactUri}, where only it can write.`,
    {
      remedy:
        'Start it with --serve-artifacts and --artifacts-destination, so that it takes them itself, or set `artifacts: false`.',
    },
  );
}
