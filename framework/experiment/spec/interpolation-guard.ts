/*
 * In YAML's flow style a plain `${env:NAME}` would end at its brace. While a file is parsed, the characters of an
 * interpolation are therefore replaced by Unicode noncharacters, one for one, so that every position stays what it was.
 */
const structural = '{}[],:#"\'\\ \t&*!|>%@`?-';
const firstNoncharacter = 0xfdd0;

/**
 * An interpolation, or what begins like one on a line where none ends: so that each line is searched through once, and
 * not from each `${`.
 */
const begun = /(\$?)\$\{([^}\n]*)(\}?)/g;

/**
 * Replaces the interpolations of a text.
 *
 * @param replace gets what is written, whether another `$` before it makes it plain text, and what stands between the
 * braces
 */
export function replaceInterpolations(
  text: string,
  replace: (whole: string, isEscaped: boolean, inside: string) => string,
): string {
  return text.replace(begun, (whole: string, escape: string, inside: string, end: string) =>
    end === '' ? whole : replace(whole, escape !== '', inside),
  );
}

/** What stands in a text where an interpolation does. */
interface Interpolation {
  readonly whole: string;
  readonly isEscaped: boolean;
  /** What stands between the braces. */
  readonly inside: string;
}

/** Cuts a text into its interpolations and what stands between them. */
export function cutInterpolations(text: string): (string | Interpolation)[] {
  const pieces: (string | Interpolation)[] = [];
  let end = 0;
  for (const match of text.matchAll(begun)) {
    if (match[3] === '') continue;
    pieces.push(text.slice(end, match.index), {
      whole: match[0],
      isEscaped: match[1] !== '',
      inside: match[2]!,
    });
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)].filter((piece) => piece !== '');
}

/** Makes the interpolations of a YAML text opaque to the parser. */
export function guardInterpolations(text: string): string {
  return replaceInterpolations(text, (interpolation) =>
    interpolation.replace(/[^$\w]/g, (character) => {
      const index = structural.indexOf(character);
      return index < 0 ? character : String.fromCharCode(firstNoncharacter + index);
    }),
  );
}

/** Undoes `guardInterpolations` in a parsed value. */
export function unguardInterpolations(text: string): string {
  return text.replace(
    /[\ufdd0-\ufdef]/g,
    (character) => structural[character.charCodeAt(0) - firstNoncharacter] ?? character,
  );
}
