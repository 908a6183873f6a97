/** Control characters but for the tab and ends of lines, and the signs that turn the direction of a text round. */
const unprintable =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes a text harmless for a terminal, which takes some control characters for commands: each becomes `\uXXXX`, which
 * JSON reads as the same character again.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Makes harmless a text that stays on its line and in its column: without tabs and ends of lines. */
export function printableInLine(text: string): string {
  return printable(text.replace(/[\t\r\n]+/g, ' '));
}
