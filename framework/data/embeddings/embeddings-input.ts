import type { Role } from '../../contracts/dataset.ts';
import type { EmbeddedSplit, EvaluationInput } from '../../contracts/evaluator.ts';
import { chosenSource, embeddingsFrom, embeddingsSource } from '../../math/metrics/row-source.ts';
import { rowRoles, type Embeddings } from './embeddings.ts';

/**
 * Makes of embeddings what evaluators may ask: without roles all rows are the split under evaluation; with roles there
 * are gallery, probes and distractors instead.
 *
 * @param seed of bootstrap and k-means
 */
export function embeddingsInput(embeddings: Embeddings, seed: number): EvaluationInput {
  const { roles, pairs, labels, classNames } = embeddings;
  const source = embeddingsSource(embeddings);
  const known = new Map<Role, EmbeddedSplit>();
  if (!roles) known.set('test', embeddingsFrom(source, { role: 'test' as const, labels, classNames }));
  else
    for (const [role, value] of Object.entries(rowRoles) as [Role, number][])
      if (roles.includes(value)) known.set(role, rowsOfRole(embeddings, roles, role, value));
  return {
    role: 'test',
    split: async (role, mirrored = false) => (mirrored ? undefined : known.get(role)),
    pairs: async (mirrored = false) =>
      pairs && !mirrored
        ? { images: embeddingsFrom(source, { role: 'pairs' as const, labels, classNames }), ...pairs }
        : undefined,
    centers: new Map(),
    trainingImages: 0,
    seed,
  };
}

function rowsOfRole(embeddings: Embeddings, roles: Uint8Array, role: Role, value: number): EmbeddedSplit {
  const rows = Int32Array.from(roles.keys()).filter((row) => roles[row] === value);
  return embeddingsFrom(chosenSource(embeddingsSource(embeddings), rows), {
    role,
    labels: rows.map((row) => embeddings.labels[row]!),
    classNames: embeddings.classNames,
  });
}
