import { RE2JS } from 're2js';
import { AblateError } from '../../base/errors/ablate-error.ts';

/**
 * Compiles an expression whose first group is an image's class, for an engine whose time is linear: JavaScript's own
 * can be made to search a name for years.
 *
 * @returns what an image's name gives; undefined where the expression finds no class in it
 * @throws AblateError PLUGIN_OPTIONS
 */
export function classPattern(pattern: string): (name: string) => string | undefined {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern);
  } catch (cause) {
    throw new AblateError('PLUGIN_OPTIONS', `class: Invalid regular expression: ${(cause as Error).message}.`, {
      cause,
      given: pattern,
      remedy: 'Write it as RE2 reads it: without lookahead, lookbehind and back references.',
    });
  }
  if (expression.groupCount() === 0) {
    throw new AblateError('PLUGIN_OPTIONS', `class: ${pattern} has no group, whose text would be the class.`, {
      given: pattern,
      remedy: `Put what is the class into parentheses: (${pattern}).`,
    });
  }
  return (name) => {
    const matcher = expression.matcher(name);
    return matcher.find() ? matcher.group(1) || undefined : undefined;
  };
}
