import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { AblateError } from 'ablate-ml';
import { neverArrived } from './connection.ts';
import type { MlflowClient } from './mlflow-client.ts';

/** S3 takes no smaller part but the last, and no more of them. */
const minPart = 5 * 2 ** 20;
const maxParts = 10_000;
/** Milliseconds for the server to throw the parts away; they are not worth more. */
const abortWithin = 5000;

/** A file on its way to a path below `mlflow-artifacts/…`. */
export interface Parcel {
  /** Encoded for a URL, from the store's root on. */
  readonly url: string;
  /** As people know it. */
  readonly path: string;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

interface SignedPart {
  readonly url: string;
  readonly part_number: number;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Upload {
  /** Azure has none. */
  readonly upload_id?: string;
  readonly credentials?: readonly SignedPart[];
}

function bytesFromEnvironment(variable: string, otherwise: number): number {
  const text = process.env[variable] || String(otherwise);
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new AblateError('TRACKER_REFUSED', `${variable} is "${text}", which is no number of bytes.`, {
    remedy: `Let it be a whole number such as ${otherwise}, and type \`npx ablate sync\`.`,
  });
}

/** Undefined where the server refuses; what may pass is thrown. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof AblateError) return undefined;
    throw error;
  });
}

/** Whether the server says that its store takes parts, or the user does. */
async function takesParts(client: MlflowClient): Promise<boolean> {
  const { MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: told } = process.env;
  if (told) return /^(?:true|1)$/i.test(told);
  const info = await unlessRefused(
    client.request<{ multipart_uploads_enabled?: boolean }>(
      { url: `${client.url}/api/3.0/mlflow/server-info` },
      'say what it can do',
    ),
  );
  return info?.multipart_uploads_enabled === true;
}

/**
 * Sends a large file straight to the store behind a server, in parts that are read from disk one after the other, by
 * addresses that the server signs. MLflow's own variables say when: `MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD` (where
 * unset, the server is asked), `MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE` and `_CHUNK_SIZE`, in bytes.
 *
 * @returns false where the file must be sent whole, through the server: it is small, or the store takes no parts, or
 * none from here
 * @throws AblateError TRACKER_REFUSED where a variable is wrong; a passing failure as it came, after the parts are
 * thrown away
 */
export async function sendInParts(client: MlflowClient, { url, path, file, size }: Parcel): Promise<boolean> {
  if (
    size < bytesFromEnvironment('MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE', 500 * 2 ** 20) ||
    !(await takesParts(client))
  )
    return false;
  const bytes = Math.max(
    minPart,
    bytesFromEnvironment('MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE', 10 * 2 ** 20),
    Math.ceil(size / maxParts),
  );
  const tell = <T>(
    word: 'create' | 'complete' | 'abort',
    data: object,
    config: { signal?: AbortSignal } = {},
  ): Promise<T> =>
    client.request<T>(
      {
        method: 'POST',
        url: `mlflow-artifacts/mpu/${word}/${posix.dirname(url)}`,
        data: { path: posix.basename(path), ...data },
        ...config,
      },
      `${word} the artifact ${path} in parts`,
    );
  const upload = await unlessRefused(tell<Upload>('create', { num_parts: Math.ceil(size / bytes) }));
  if (!upload?.credentials) return false;
  const id = upload.upload_id === undefined ? {} : { upload_id: upload.upload_id };
  try {
    const parts: object[] = [];
    for (const { url: signed, part_number, headers } of upload.credentials) {
      const start = (part_number - 1) * bytes;
      const end = Math.min(start + bytes, size) - 1;
      const read = (): NodeJS.ReadableStream => createReadStream(file, { start, end });
      const {
        headers: { etag },
      } = await client.putSigned(
        {
          url: signed,
          data: read(),
          // Nothing may be added that was not signed.
          headers: { ...headers, 'Content-Type': false, 'Content-Length': end - start + 1 },
          // A stream is used up by the attempt before.
          'axios-retry': { onRetry: (_count, _error, config) => void (config.data = read()) },
        },
        `take part ${part_number} of the artifact ${path}`,
      );
      parts.push({ part_number, etag: String(etag ?? ''), url: signed });
    }
    await tell('complete', { ...id, parts });
    return true;
  } catch (error) {
    // Not by the client's own signal: that may be what ended it.
    await tell('abort', id, { signal: AbortSignal.timeout(abortWithin) }).catch(() => undefined);
    // The server reaches its store, be it that this machine does not.
    if (error instanceof AblateError || neverArrived.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}
