import { existsSync } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError, type RunFolder } from 'ablate-ml';
import { artifactStore } from './artifact-store.ts';
import type { MlflowClient } from './mlflow-client.ts';
import { sha256OfFile } from './sha256-of-file.ts';

/** What to send, and what was sent before. */
export interface ArtifactTask {
  readonly client: MlflowClient;
  readonly artifactUri: string;
  /** Path → SHA-256 of what has arrived. */
  readonly sent: Readonly<Record<string, string>>;
  readonly checkpoints: 'last' | 'none';
  readonly embeddings: boolean;
  /** Hears of what is not sent because it is no file of the run's own. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Called after each file, with all that has arrived. */
  readonly progress: (sent: Readonly<Record<string, string>>) => Promise<void>;
}

/** Bytes of the largest file of embeddings that is sent: a gallery of millions is the run folder's alone. */
const largestEmbeddings = 64e6;
const plain = ['spec.yaml', 'provenance.json', 'summary.json', 'journal.jsonl'];

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter((name) => !name.endsWith('.tmp')).sort() : [];
}

/** Names in a folder, those of an inner folder (figures drawn during training, a model's shards) with its name. */
async function namesBelow(folder: string, isInner: RegExp): Promise<string[]> {
  const names = await namesIn(folder);
  return (
    await Promise.all(
      names.map(async (name) =>
        isInner.test(name) ? (await namesIn(join(folder, name))).map((inner) => `${name}/${inner}`) : [name],
      ),
    )
  ).flat();
}

async function embeddingsIn(folder: string): Promise<string[]> {
  const found = await Promise.all(
    (await namesIn(folder)).map(async (name) => ({
      name,
      bytes: (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0,
    })),
  );
  return found.filter(({ bytes }) => bytes <= largestEmbeddings).map(({ name }) => `embeddings/${name}`);
}

/** Paths of a run's artifacts relative to its folder, as MLflow shows them too. */
async function artifactsOf(
  run: RunFolder,
  { checkpoints, embeddings: wanted }: Pick<ArtifactTask, 'checkpoints' | 'embeddings'>,
): Promise<string[]> {
  const patches = (await namesIn(run.directory)).filter((name) => /^patch-[0-9a-f]+\.diff$/.test(name));
  const figures = (await namesBelow(run.figures, /^epoch-\d+$/)).map((name) => `figures/${name}`);
  const embeddings = wanted ? await embeddingsIn(join(run.directory, 'embeddings')) : [];
  const model = (await namesBelow(join(run.directory, 'model'), /^shards$/)).map((name) => `model/${name}`);
  const newest =
    checkpoints === 'last'
      ? (await namesIn(run.checkpoints))
          .filter((name) => name.endsWith('.safetensors'))
          .slice(-1)
          .map((name) => `checkpoints/${name}`)
      : [];
  return [
    ...plain,
    ...patches,
    ...figures,
    ...embeddings,
    ...model,
    ...newest,
    ...(await shardsOf(run, newest.at(-1))),
  ].filter((path) => existsSync(join(run.directory, path)));
}

/** Files of the large tensors of a checkpoint, which lie in a folder that begins with its name. */
async function shardsOf(run: RunFolder, checkpoint: string | undefined): Promise<string[]> {
  if (!checkpoint) return [];
  const stem = checkpoint.replace(/^checkpoints\/|\.safetensors$/g, '');
  const folders = (await namesIn(run.checkpoints)).filter(
    (name) => name.startsWith(`${stem}-`) && name.endsWith('.shards'),
  );
  return (
    await Promise.all(
      folders.map(async (folder) =>
        (await namesIn(join(run.checkpoints, folder))).map((name) => `checkpoints/${folder}/${name}`),
      ),
    )
  ).flat();
}

/**
 * Whether a path of a run's folder is a regular file that lies there: a link, be it of a folder on the way, would let
 * whoever wrote the folder name any file of this machine.
 */
async function isOwnFile(directory: string, path: string): Promise<boolean> {
  const file = join(directory, path);
  return (await lstat(file)).isFile() && (await realpath(file)) === join(await realpath(directory), path);
}

/**
 * Bytes that moved in vain are no progress: the end of a run would wait for ever for a store that fails at each
 * attempt.
 */
async function forGood<T>(client: MlflowClient, send: () => Promise<T>): Promise<T> {
  const { moved } = client;
  return send().catch((error: unknown) => {
    client.moved = moved;
    throw error;
  });
}

/**
 * Sends the files of a run that the server lacks; each is read back and compared by its SHA-256.
 *
 * @throws AblateError TRACKER_REFUSED where one arrives damaged twice
 */
export async function sendArtifacts(run: RunFolder, task: ArtifactTask): Promise<void> {
  let sent = task.sent;
  const store = artifactStore(task.client, task.artifactUri);
  for (const path of await artifactsOf(run, task)) {
    const file = join(run.directory, path);
    if (!(await isOwnFile(run.directory, path))) {
      task.warn?.(`${file} is not sent: it is a link, or no regular file in the run's own folder.`);
      continue;
    }
    const sha256 = await sha256OfFile(file);
    if (sent[path] === sha256) continue;
    const put = (): Promise<string> => forGood(task.client, () => store.put(path, file));
    if ((await put()) !== sha256 && (await put()) !== sha256) {
      throw new AblateError(
        'TRACKER_REFUSED',
        `The artifact ${path} arrives at ${task.client.url} with another checksum than ${sha256}.`,
        { remedy: "Look at the server's artifact store, then type `npx ablate sync`." },
      );
    }
    sent = { ...sent, [path]: sha256 };
    await task.progress(sent);
  }
}
