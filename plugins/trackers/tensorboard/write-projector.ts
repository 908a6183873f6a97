import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFolder } from 'ablate-ml';
import { readSafetensors, writeAtomically } from 'ablate-ml/runs';

/** A name on a line of its own: the projector reads one a row. */
const lineOf = (name: string): string => name.replace(/\s+/g, ' ');

/**
 * Writes the test embeddings where TensorBoard's projector finds them: vectors, classes, and the file that names both.
 *
 * @param rows how many at most; of more, as many at equal distances
 */
export async function writeProjector(run: RunFolder, folder: string, rows: number): Promise<void> {
  const file = join(run.directory, 'embeddings', 'test.safetensors');
  if (!existsSync(file)) return;
  const { tensors, metadata } = await readSafetensors(file);
  const [embedding, label] = [tensors.get('embedding'), tensors.get('label')];
  if (!embedding || !label) return;
  const [count, dim] = embedding.shape as [number, number];
  const names = JSON.parse(metadata.classNames ?? '[]') as string[];
  const kept = Array.from({ length: Math.min(rows, count) }, (_, row) =>
    Math.floor((row * count) / Math.min(rows, count)),
  );
  const vectors = kept.map((row) => embedding.data.subarray(row * dim, (row + 1) * dim).join('\t'));
  const classes = kept.map((row) => lineOf(names[label.data[row]!] ?? String(label.data[row])));
  await writeAtomically(join(folder, 'embeddings.tsv'), `${vectors.join('\n')}\n`);
  await writeAtomically(join(folder, 'classes.tsv'), `${classes.join('\n')}\n`);
  const config =
    'embeddings {\n  tensor_name: "test"\n  tensor_path: "embeddings.tsv"\n  metadata_path: "classes.tsv"\n}\n';
  await writeAtomically(join(folder, 'projector_config.pbtxt'), config);
}
