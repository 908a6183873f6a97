import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AblateError, z } from 'ablate-ml';
import { readRegularFile } from 'ablate-ml/data';
import type { Labeled } from 'ablate-ml/metrics';
import { readFeature, writeFeature } from './feature-file.ts';

const list = z.looseObject({
  path: z.array(z.string()).min(1),
  id: z.array(z.union([z.string(), z.number()])).optional(),
});

/**
 * Where features lie: the devkit's list of paths (and identities), the folder they start from, and what follows each
 * path.
 */
export interface FeatureSource {
  readonly list: string;
  readonly directory: string;
  readonly suffix: string;
}

/** A path of the list, kept inside the folder. @throws AblateError DATA_INVALID where it leads out of it */
function within(directory: string, entry: string, listFile: string): string {
  const file = path.resolve(directory, entry);
  if (path.relative(directory, file).startsWith('..')) {
    throw new AblateError('DATA_INVALID', `${listFile} has a path that leads out of the features' folder: ${entry}.`, {
      remedy: 'Paths of a list are relative to the folder and stay inside it.',
    });
  }
  return file;
}

/**
 * Reads the features that a devkit list names. Identities become labels in order of their names; without identities all
 * are −1.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function readFeatures(source: FeatureSource): Promise<Labeled> {
  let parsed: z.output<typeof list>;
  try {
    parsed = list.parse(JSON.parse(String(await readRegularFile(source.list))));
  } catch (cause) {
    const missing = (cause as { code?: string }).code === 'ENOENT';
    throw new AblateError(
      missing ? 'DATA_NOT_FOUND' : 'DATA_INVALID',
      `${source.list} ${missing ? 'does not exist' : 'is not a list of the MegaFace devkit'}.`,
      { remedy: 'It is JSON: {"path": ["folder/image.jpg", …], "id": ["name", …]}.', cause },
    );
  }
  const { path: paths, id: identities } = parsed;
  if (identities && identities.length !== paths.length) {
    throw new AblateError(
      'DATA_INVALID',
      `${source.list} has ${paths.length} paths and ${identities.length} identities.`,
      { remedy: 'Give every path one identity.' },
    );
  }
  const names = [...new Set(identities?.map(String))].sort();
  const position = new Map(names.map((name, index) => [name, index]));
  let values: Float32Array | undefined;
  for (const [row, entry] of paths.entries()) {
    const file = `${within(source.directory, entry, source.list)}${source.suffix}`;
    const feature = await readFeature(file);
    values ??= new Float32Array(paths.length * feature.length);
    if (feature.length * paths.length !== values.length) {
      throw new AblateError(
        'DATA_INVALID',
        `${file} has ${feature.length} numbers, those before it ${values.length / paths.length}.`,
        { remedy: 'All features of a list must come from one network.' },
      );
    }
    values.set(feature, row * feature.length);
  }
  return {
    values: values!,
    dim: values!.length / paths.length,
    labels: Int32Array.from(paths, (_, row) => (identities ? position.get(String(identities[row]))! : -1)),
  };
}

/**
 * Writes rows as the devkit's features and their list, so that the devkit can be run on them. `names [rows]` are the
 * paths.
 */
export async function writeFeatures(source: FeatureSource, rows: Labeled, names: readonly string[]): Promise<void> {
  const { values, dim, labels } = rows;
  const files = names.map((name) => `${within(source.directory, name, source.list)}${source.suffix}`);
  for (const [row, file] of files.entries()) await writeFeature(file, values.subarray(row * dim, (row + 1) * dim));
  await mkdir(path.dirname(source.list), { recursive: true });
  await writeFile(source.list, `${JSON.stringify({ id: Array.from(labels, String), path: names })}\n`);
}
