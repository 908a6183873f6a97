import type { Rule } from '../rules/rule.ts';
import { deviceRule } from './device-rule.ts';
import { gradientRule } from './gradient-rule.ts';
import { invarianceRule } from './invariance-rules.ts';
import type { LossSubject } from './loss-subject.ts';
import {
  leakRule,
  liveOptionsRule,
  lossCaptureRule,
  pureForwardRule,
  restoreRule,
  sameStartRule,
} from './state-rules.ts';

/** What every loss must satisfy, whatever it computes. */
export const lossRules: readonly Rule<LossSubject>[] = [
  gradientRule,
  invarianceRule,
  pureForwardRule,
  sameStartRule,
  restoreRule,
  leakRule,
  lossCaptureRule,
  liveOptionsRule,
  deviceRule,
];
