import { AblateError } from '../base/errors/ablate-error.ts';
import { faultWords } from './fault-place.ts';
import { pluginWords, type NamedEntry } from './plugin-words.ts';

/** Gives what a plugin threw in one of its functions its plugin's name; what comes with Ablate says what it must. */
export function pluginFailure(
  cause: unknown,
  name: string,
  entry: NamedEntry & { readonly location: string },
): AblateError {
  const who = pluginWords(entry);
  if (!(cause instanceof AblateError))
    return new AblateError('PLUGIN_FAILED', `${who} failed in ${name}: ${faultWords(cause, entry.location)}`, {
      cause,
    });
  if (entry.origin === 'built-in' || cause.problem.startsWith(who)) return cause;
  const { code, problem, remedy, given } = cause;
  return new AblateError(code, `${who}: ${problem}`, { remedy, given, cause });
}
