import { pathText } from './spec-path.ts';

/**
 * Copies a value of JSON with what was written in the place of its secrets.
 *
 * @param secrets path → what was written
 * @param masked what to put there, given the text and the secret value
 */
export function maskSecrets(
  value: unknown,
  secrets: Readonly<Record<string, string>>,
  masked = (written: string, _value: unknown): unknown => written,
  path: readonly (string | number)[] = [],
): unknown {
  const written = Object.keys(secrets).length > 0 ? secrets[pathText(path)] : undefined;
  if (written !== undefined) return masked(written, value);
  if (Array.isArray(value)) return value.map((item, index) => maskSecrets(item, secrets, masked, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, maskSecrets(inner, secrets, masked, [...path, key])]),
  );
}
