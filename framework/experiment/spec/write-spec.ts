import { Document, Scalar } from 'yaml';
import { hideSecretValues } from '../../base/system/redact-secrets.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { replaceInterpolations } from './interpolation-guard.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { PlannedRun } from './planned-run.ts';
import { writtenSpec } from './written-spec.ts';

/**
 * Writes the resolved spec of a run as YAML: a spec in its own right, every default visible, `${env:NAME}` in the place
 * of secrets. `readResolvedSpec` reads it back.
 */
export function writeSpec({ spec, secrets }: Pick<PlannedRun, 'spec' | 'secrets'>): string {
  const masked = maskSecrets(escapeTexts(writtenSpec(spec)), secrets, (written, value) => {
    // A secret that is text must be read back as text, whatever it looks like.
    // What stands beside an interpolation may be another secret, written out.
    const scalar = new Scalar(hideSecretValues(written));
    if (typeof value === 'string') scalar.type = Scalar.QUOTE_DOUBLE;
    return scalar;
  });
  const document = new Document(masked, { aliasDuplicateObjects: false });
  document.commentBefore = ` Resolved by ablate ${frameworkVersion}: every default is visible. Relative paths start at the folder of the original spec.`;
  return document.toString({ lineWidth: 0 });
}

function escapeTexts(value: unknown): unknown {
  if (typeof value === 'string') return replaceInterpolations(value, (written) => `$${written}`);
  if (Array.isArray(value)) return value.map(escapeTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeTexts(inner)]));
}
