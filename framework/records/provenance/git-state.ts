import { createHash } from 'node:crypto';
import { git, gitPatch } from './git-patch.ts';

/** State of a git repository. */
export interface GitState {
  readonly commit: string;
  readonly branch: string | null;
  /** Without user and password; null where there is none. */
  readonly remote: string | null;
  /** Whether tracked files differ from the commit. */
  readonly dirty: boolean;
  /** SHA-256 of the difference; null where there is none, or one that cannot be told. */
  readonly patchSha256: string | null;
}

/**
 * Describes the repository that a folder lies in, and its tracked files' difference from the commit as a patch (empty
 * where there is none).
 *
 * @returns undefined where the folder lies in no repository, or git is not installed
 */
export async function gitState(folder: string): Promise<{ state: GitState; patch: string } | undefined> {
  try {
    const commit = (await git(folder, ['rev-parse', 'HEAD'])).trim();
    const branch = (await git(folder, ['rev-parse', '--abbrev-ref', 'HEAD'])).trim();
    const remote = await git(folder, ['remote', 'get-url', 'origin']).then(
      (url) => url.trim(),
      () => null,
    );
    const patch = await gitPatch(folder, commit);
    const patchSha256 = patch ? createHash('sha256').update(patch).digest('hex') : null;
    return {
      state: { commit, branch: branch === 'HEAD' ? null : branch, remote, dirty: patch !== '', patchSha256 },
      patch: patch ?? '',
    };
  } catch {
    return undefined;
  }
}

/**
 * Gives the name of the file in a run's folder that holds the difference; another for every difference that a run's
 * sessions were made with.
 */
export const patchFile = ({ patchSha256 }: GitState): string => `patch-${patchSha256?.slice(0, 8)}.diff`;
