/*
 * In YAML's flow style a plain `${env:NAME}` would end at its brace. While a file is parsed, the characters of an interpolation are
 * therefore replaced by Unicode noncharacters, one for one, so that every position stays what it was.
 */
const structural = '{}[],:#"\'\\ \t&*!|>%@`?-';
const firstNoncharacter = 0xfdd0;

/** Makes the interpolations of a YAML text opaque to the parser. */
export function guardInterpolations(text: string): string {
  return text.replace(/\$\{[^}\n]*\}/g, (interpolation) =>
    interpolation.replace(/[^$\w]/g, (character) => {
      const index = structural.indexOf(character);
      return index < 0 ? character : String.fromCharCode(firstNoncharacter + index);
    }),
  );
}

/** Undoes `guardInterpolations` in a parsed value. */
export function unguardInterpolations(text: string): string {
  return text.replace(/[\ufdd0-\ufdef]/g, (character) => structural[character.charCodeAt(0) - firstNoncharacter] ?? character);
}
