import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedPairs, EmbeddedSplit, EvaluationInput } from '../contracts/evaluator.ts';
import { embed } from './embed.ts';
import type { Session } from './session.ts';

/** What evaluators may ask of the session as it is now; each split is embedded once, on first use. */
export function evaluationInput(session: Session, role: Role): EvaluationInput & { readonly embedded: ReadonlyMap<Role, Promise<EmbeddedSplit>> } {
  const embedded = new Map<Role, Promise<EmbeddedSplit>>();
  const split = async (wanted: Role): Promise<EmbeddedSplit | undefined> => {
    const found = session.dataset.split(wanted);
    if (!found) return undefined;
    if (!embedded.has(wanted)) embedded.set(wanted, embed(session, found));
    return embedded.get(wanted);
  };
  const pairs = async (): Promise<EmbeddedPairs | undefined> => {
    const found = session.dataset.pairs;
    if (!found) return undefined;
    if (!embedded.has('pairs')) embedded.set('pairs', embed(session, found.images));
    return { ...found, images: await embedded.get('pairs')! };
  };
  const centers = new Map(session.losses.flatMap(({ name, loss }) => {
    const found = loss.parameters.find((parameter) => parameter.name === 'centers');
    return found ? [[name, found.variable.dataSync<'float32'>() as Float32Array] as const] : [];
  }));
  return { role, split, pairs, centers, trainingImages: session.train.length, seed: session.seed, embedded };
}
