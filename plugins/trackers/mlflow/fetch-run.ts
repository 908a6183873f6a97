import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AblateError } from 'ablate-ml';
import { artifactStore } from './artifact-store.ts';
import type { MlflowClient } from './mlflow-client.ts';

const needed = ['spec.yaml', 'provenance.json', 'summary.json', 'journal.jsonl'];

/**
 * Fetches the files of a run that tell what it was, as they were exported; optionally what its figures are drawn from
 * too.
 *
 * @throws AblateError TRACKER_REFUSED where the server has no such run, or the run was exported without its artifacts
 */
export async function fetchRun(
  client: MlflowClient,
  id: string,
  directory: string,
  withPictures = false,
): Promise<void> {
  const run = await client.run(id);
  if (!run)
    throw new AblateError('TRACKER_REFUSED', `The MLflow server at ${client.url} has no run ${id}.`, {
      remedy: "Copy the run's id from its page, and look whether MLFLOW_TRACKING_URI names its server.",
    });
  const list = async (path?: string): Promise<string[]> =>
    (
      (
        await client.request<{ files?: { path: string }[] }>(
          { url: 'mlflow/artifacts/list', params: { run_id: id, path } },
          'list the artifacts of the run',
        )
      ).files ?? []
    ).map((file) => file.path);
  const there = await list();
  const missing = needed.filter((name) => !there.includes(name));
  if (missing.length > 0)
    throw new AblateError('TRACKER_REFUSED', `The MLflow run ${id} lacks ${missing.join(', ')}.`, {
      remedy:
        "Name the run's folder instead; `npx ablate sync` exports it whole, unless its spec says `artifacts: false`.",
    });
  const store = artifactStore(client, run.info.artifact_uri);
  const record = there.filter((name) => needed.includes(name) || /^patch-[0-9a-f]+\.diff$/.test(name));
  const folders = withPictures ? there.filter((name) => name === 'figures' || name === 'embeddings') : [];
  const pictures = (await Promise.all(folders.map(list)))
    .flat()
    .filter((name) => /^(?:figures|embeddings)\/[^/\\]+\.(?:json|safetensors|webp)$/.test(name));
  for (const path of [...record, ...pictures]) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await store.get(path, file);
  }
}
