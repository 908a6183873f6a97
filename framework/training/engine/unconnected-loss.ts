import { AblateError } from '../../base/errors/ablate-error.ts';

/**
 * Tells whether an error is TensorFlow.js's word that a value depends on none of the variables it is to be
 * differentiated by.
 */
export const isUnconnected = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Cannot find a connection');

/** Says that a loss has no gradient, in a run as in a check. */
export function unconnectedLoss(names: readonly string[], cause?: unknown): AblateError {
  const whose = names.map((name) => `"${name}"`).join(' + ');
  return new AblateError(
    'PLUGIN_FAILED',
    `The value of the loss ${whose} depends on nothing that is trained: there is no gradient to follow.`,
    {
      remedy:
        'Compute it from embedding, scores or trained parameters; a batch with nothing to compare has value 0 and gradient 0.',
      cause,
    },
  );
}
