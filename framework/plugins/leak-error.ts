import { AblateError } from '../base/errors/ablate-error.ts';

/** Steps or calls in a row that end with more tensors than the one before, after which a plugin is at fault. */
export const LEAKS_IN_A_ROW = 8;

/** Says that a plugin leaves tensors behind. */
export function leakError(plugin: string, count: number, each: 'step' | 'call'): AblateError {
  return new AblateError(
    'PLUGIN_FAILED',
    `${plugin} leaves ${count} ${count === 1 ? 'tensor' : 'tensors'} behind in every ${each}: memory would grow until the run ends`,
    {
      remedy:
        'This is a fault of the plugin: tell its author, who finds it with ablate check. What it makes must be returned or disposed (tf.tidy).',
    },
  );
}
