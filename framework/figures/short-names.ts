/** Shortens class names by the words that all of them begin with: `glyph 0`, `glyph 1` → `0`, `1`. */
export function shortNames(names: readonly string[]): string[] {
  const words = names.map((name) => name.split(/(?<=[\s_-])/));
  let shared = 0;
  while (words.length > 1 && words.every((parts) => parts.length > shared + 1 && parts[shared] === words[0]![shared]))
    shared++;
  return words.map((parts) => parts.slice(shared).join(''));
}
