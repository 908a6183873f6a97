import type { DataFact } from './data-facts.ts';
import type { DeviceFacts } from './device-facts.ts';
import type { GitState } from './git-state.ts';
import type { PluginFact } from './plugin-facts.ts';

/** Version of `provenance.json`. */
export const provenanceVersion = 1;

/** `provenance.json`: where a run's numbers come from. Holds no secret and no machine's name. */
export interface Provenance {
  readonly version: typeof provenanceVersion;
  /** Absolute path of the spec file. */
  readonly specFile: string;
  readonly command: readonly string[];
  readonly ablate: string;
  readonly node: string;
  /** `linux x64 6.1.0`. */
  readonly platform: string;
  readonly processor: { readonly model: string; readonly cores: number; readonly memoryBytes: number };
  /** Null where no device was chosen. */
  readonly device: DeviceFacts | null;
  /** Package → installed version. */
  readonly packages: Readonly<Record<string, string>>;
  /** Native library beside the device's → version. */
  readonly native: Readonly<Record<string, string>>;
  /** Variables that native libraries heed. */
  readonly environment: Readonly<Record<string, string>>;
  readonly plugins: readonly PluginFact[];
  readonly data: readonly DataFact[];
  /** SHA-256 of the framework's `package-lock.json`; null in an installed package, which has none. */
  readonly lockfileSha256: string | null;
  /**
   * Repository that the spec lies in, whose difference from the commit is in `patch-<first 8 digits of
   * patchSha256>.diff`; null where it lies in none, or git is not installed.
   */
  readonly git: GitState | null;
  /** Repository that Ablate itself runs from, where it is another. */
  readonly ablateGit: GitState | null;
  /** Of the sessions before, where the run was resumed; oldest first. */
  readonly earlier?: readonly Provenance[];
}
