import { spawnSync } from 'node:child_process';
import { TestServer } from '#test/test-server';
import { findMlflow, freePort } from '#test/mlflow-server';

/**
 * A Python that has MLflow, what serves S3's API and what MLflow speaks it with.
 *
 * @returns the command, or why there is none
 * @throws Error where there is none and `ABLATE_REQUIRE_MLFLOW=1`
 */
export function findS3(): { python: string } | { missing: string } {
  const found = findMlflow();
  if ('missing' in found) return found;
  if (spawnSync(found.python, ['-c', 'import boto3, moto.server']).status === 0) return found;
  const missing = `no S3 for ${found.python}: -m pip install 'moto[server]' boto3`;
  if (process.env.ABLATE_REQUIRE_MLFLOW === '1')
    throw new Error(`ABLATE_REQUIRE_MLFLOW is set, but there is ${missing}`);
  return { missing };
}

/** S3's API over HTTP, kept in memory, with one bucket. */
export class S3Store {
  /** What an MLflow server needs to keep artifacts in an S3. */
  static readonly environment = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  readonly bucket = 'runs';
  readonly url: string;
  readonly #server: TestServer;

  private constructor(url: string, server: TestServer) {
    this.url = url;
    this.#server = server;
  }

  /** Starts one and waits until it has its bucket. */
  static async start(python: string): Promise<S3Store> {
    const port = await freePort();
    const child = new TestServer(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]);
    const store = new S3Store(`http://127.0.0.1:${port}`, child);
    const deadline = Date.now() + 100_000;
    while (
      !(await fetch(`${store.url}/${store.bucket}`, { method: 'PUT' }).then(
        (answer) => answer.ok,
        () => false,
      ))
    ) {
      if (child.hasEnded || Date.now() > deadline) {
        await child.stop();
        throw new Error('The S3 server did not start');
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return store;
  }

  /** ETags by key; of an object that came in parts it ends in their number: `-3`. */
  async etags(): Promise<ReadonlyMap<string, string>> {
    const listing = await (await fetch(`${this.url}/${this.bucket}?list-type=2`)).text();
    return new Map(
      [...listing.matchAll(/<Key>([^<]*)<\/Key>.*?<ETag>(?:"|&quot;)?([0-9a-f-]+)/gs)].map(([, key, etag]) => [
        key!,
        etag!,
      ]),
    );
  }

  /** Keys whose parts were neither put together nor thrown away. */
  async unfinished(): Promise<readonly string[]> {
    const listing = await (await fetch(`${this.url}/${this.bucket}?uploads`)).text();
    return [...listing.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key!);
  }

  /** Kills it; what it held is gone. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }
}
