import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
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
  /** Called after each file, with all that has arrived. */
  readonly progress: (sent: Readonly<Record<string, string>>) => Promise<void>;
}

const plain = ['spec.yaml', 'provenance.json', 'summary.json', 'journal.jsonl'];

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter((name) => !name.endsWith('.tmp')).sort() : [];
}

/** Paths of a run's artifacts relative to its folder, as MLflow shows them too. */
async function artifactsOf(run: RunFolder, checkpoints: ArtifactTask['checkpoints']): Promise<string[]> {
  const patches = (await namesIn(run.directory)).filter((name) => /^patch-[0-9a-f]+\.diff$/.test(name));
  const figures = (await namesIn(run.figures)).map((name) => `figures/${name}`);
  const model = (await namesIn(join(run.directory, 'model'))).map((name) => `model/${name}`);
  const newest = checkpoints === 'last' ? (await namesIn(run.checkpoints)).filter((name) => name.endsWith('.safetensors')).slice(-1).map((name) => `checkpoints/${name}`) : [];
  return [...plain, ...patches, ...figures, ...model, ...newest].filter((path) => existsSync(join(run.directory, path)));
}

/**
 * Sends the files of a run that the server lacks; each is read back and compared by its SHA-256.
 *
 * @throws AblateError TRACKER_REFUSED where one arrives damaged twice
 */
export async function sendArtifacts(run: RunFolder, task: ArtifactTask): Promise<void> {
  let sent = task.sent;
  const store = artifactStore(task.client, task.artifactUri);
  for (const path of await artifactsOf(run, task.checkpoints)) {
    const file = join(run.directory, path);
    const sha256 = await sha256OfFile(file);
    if (sent[path] === sha256) continue;
    if ((await store.put(path, file)) !== sha256 && (await store.put(path, file)) !== sha256) {
      throw new AblateError('TRACKER_REFUSED', `The artifact ${path} arrives at ${task.client.url} with another checksum than ${sha256}.`, { remedy: 'Look at the server\'s artifact store, then type `npx ablate sync`.' });
    }
    sent = { ...sent, [path]: sha256 };
    await task.progress(sent);
  }
}
