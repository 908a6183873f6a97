import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedSplit, EvaluationInput } from '../contracts/evaluator.ts';
import { rowRoles, type Embeddings } from './embeddings.ts';

/**
 * What evaluators may ask of embeddings: without roles all rows are the split under evaluation; with roles there are gallery, probes and
 * distractors instead.
 *
 * @param seed of bootstrap and k-means
 */
export function embeddingsInput(embeddings: Embeddings, seed: number): EvaluationInput {
  const { roles, pairs } = embeddings;
  const all: EmbeddedSplit = { role: 'test', dim: embeddings.dim, embeddings: embeddings.embeddings, labels: embeddings.labels, classNames: embeddings.classNames };
  const known = new Map<Role, EmbeddedSplit>();
  if (!roles) known.set('test', all);
  else for (const [role, value] of Object.entries(rowRoles) as [Role, number][]) if (roles.includes(value)) known.set(role, rowsOfRole(all, roles, role, value));
  return {
    role: 'test',
    split: async (role, mirrored = false) => (mirrored ? undefined : known.get(role)),
    pairs: async (mirrored = false) => (pairs && !mirrored ? { images: { ...all, role: 'pairs' }, ...pairs } : undefined),
    centers: new Map(),
    trainingImages: 0,
    seed,
  };
}

function rowsOfRole(all: EmbeddedSplit, roles: Uint8Array, role: Role, value: number): EmbeddedSplit {
  const { dim } = all;
  const rows = Int32Array.from([...roles.keys()].filter((row) => roles[row] === value));
  const embeddings = new Float32Array(rows.length * dim);
  rows.forEach((row, index) => embeddings.set(all.embeddings.subarray(row * dim, (row + 1) * dim), index * dim));
  return { ...all, role, embeddings, labels: rows.map((row) => all.labels[row]!) };
}
