import type { Role, Split } from '../../contracts/dataset.ts';
import type { EmbeddedPairs, EmbeddedSplit, EvaluationInput } from '../../contracts/evaluator.ts';
import { embed, type EmbeddingListener } from './embed.ts';
import type { Session } from './session.ts';

/**
 * Makes of the session as it is now what evaluators may ask; each split is embedded once, on first use, while `listen`
 * hears of it.
 */
export async function evaluationInput(
  session: Session,
  role: Role,
  listen?: EmbeddingListener,
): Promise<EvaluationInput & { readonly embedded: ReadonlyMap<Role, Promise<EmbeddedSplit>> }> {
  const embedded = new Map<Role, Promise<EmbeddedSplit>>();
  const flipped = new Map<Role, Promise<EmbeddedSplit>>();
  const once = (key: Role, images: Split, mirrored: boolean): Promise<EmbeddedSplit> => {
    const known = mirrored ? flipped : embedded;
    if (!known.has(key)) known.set(key, embed(session, images, mirrored, listen));
    return known.get(key)!;
  };
  const split = async (wanted: Role, mirrored = false): Promise<EmbeddedSplit | undefined> => {
    const found = session.dataset.split(wanted);
    return found && once(wanted, found, mirrored);
  };
  const pairs = async (mirrored = false): Promise<EmbeddedPairs | undefined> => {
    const found = session.dataset.pairs;
    return found && { ...found, images: await once('pairs', found.images, mirrored) };
  };
  const centers = new Map<string, Float32Array>();
  for (const { name, loss } of session.losses) {
    const found = loss.parameters.find((parameter) => parameter.name === 'centers');
    // Of more than a figure can show, gigabytes would be read for nothing.
    if (found && found.variable.size <= 2 ** 24) centers.set(name, await found.variable.data<'float32'>());
  }
  return { role, split, pairs, centers, trainingImages: session.train.length, seed: session.seed, embedded };
}
