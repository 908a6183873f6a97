import { createHash } from 'node:crypto';
import { maskSecrets } from './mask-secrets.ts';
import type { PlannedRun } from './planned-run.ts';
import { writtenSpec } from './written-spec.ts';

/**
 * Makes up the name of a run's folder: a slug for people and 8 hex digits of the SHA-256 of the resolved spec, without
 * what does not change the experiment (device, threads, tracking, figures and how often they are drawn, description,
 * which checkpoint counts as the best).
 *
 * @param words what the slug is made of
 */
export function runId(words: readonly string[], { spec, secrets }: Pick<PlannedRun, 'spec' | 'secrets'>): string {
  const {
    version: _v,
    device: _d,
    threads: _t,
    tracking: _k,
    figures: _f,
    description: _s,
    ...identity
  } = maskSecrets(writtenSpec(spec), secrets) as Record<string, unknown>;
  const { keepBest, figuresEvery: _e, ...train } = identity['train'] as Record<string, unknown>;
  // Where training ends by it, or its weights count, the best is part of the experiment.
  const decides = train['patience'] !== undefined || train['use'] === 'best';
  const hash = createHash('sha256')
    .update(canonical({ ...identity, train: { ...train, ...(decides && { keepBest }) } }))
    .digest('hex')
    .slice(0, 8);
  const slug = words
    .join(' ')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
    .replace(/[-.]+$/, '');
  return slug ? `${slug}-${hash}` : hash;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
