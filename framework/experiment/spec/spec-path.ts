/**
 * Writes a path into a spec by keys and list indices: `losses.1.center.lambda`. A key with a dot is written
 * `["./my-loss.ts"]`.
 */
export function pathText(segments: readonly (string | number)[]): string {
  return segments.reduce<string>((text, segment) => {
    const key = String(segment);
    if (key === '' || /[.[\]"]/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/**
 * Reads a path back. Everything after `matrix.` is one key, since a matrix's keys are paths themselves.
 *
 * @returns the segments, or undefined where the text is no path
 */
export function parsePath(text: string): string[] | undefined {
  const inMatrix = /^matrix\.(?!include\b|exclude\b)(.+)$/.exec(text);
  if (inMatrix) return ['matrix', inMatrix[1]!];
  const segment = /(?:^|\.)([^.[\]"]+)|\[("(?:[^"\\]|\\.)*")\]/y;
  const segments: string[] = [];
  while (segment.lastIndex < text.length) {
    const match = segment.exec(text);
    if (!match) return undefined;
    try {
      segments.push(match[1] ?? (JSON.parse(match[2]!) as string));
    } catch {
      return undefined;
    }
  }
  return segments.length ? segments : undefined;
}
