import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { frameworkVersion } from '../version.ts';
import { redactSecrets } from './redact-secrets.ts';

/** Version of `provenance.json`. */
export const provenanceVersion = 1;

/** The git repository that a spec file lies in. */
export interface GitState {
  readonly commit: string;
  readonly branch: string | null;
  /** Without user and password; null where there is none. */
  readonly remote: string | null;
  /** Whether tracked files differ from the commit. */
  readonly dirty: boolean;
  /** SHA-256 of the difference; null where there is none. */
  readonly patchSha256: string | null;
}

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
  /** Package → installed version. */
  readonly packages: Readonly<Record<string, string>>;
  /** SHA-256 of the framework's `package-lock.json`; null in an installed package, which has none. */
  readonly lockfileSha256: string | null;
  /** Null where the spec lies in no repository, or git is not installed. */
  readonly git: GitState | null;
}

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const tracked = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-backend-wasm', 'webgpu', 'sharp', 'pure-rand'];
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

const secretSetting = /^(.*(?:password|passwd|token|secret|key|credential)[^=]*=).+$/is;

async function gitState(folder: string): Promise<GitState | null> {
  const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', args, { cwd: folder, maxBuffer: 1 << 28 })).stdout.trimEnd();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const branch = await git('rev-parse', '--abbrev-ref', 'HEAD');
    const remote = await git('remote', 'get-url', 'origin').catch(() => null);
    const patch = await git('diff', 'HEAD', '--binary', '--no-ext-diff');
    return { commit, branch: branch === 'HEAD' ? null : branch, remote, dirty: patch !== '', patchSha256: patch === '' ? null : sha256(patch) };
  } catch {
    return null;
  }
}

function versionOf(name: string): string | undefined {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/**
 * What made a run: the command, the code, the machine.
 *
 * @param specFile absolute path of the spec file
 */
export async function collectProvenance(specFile: string): Promise<Provenance> {
  const lockfile = await readFile(join(root, 'package-lock.json')).catch(() => undefined);
  const packages = tracked.flatMap((name) => (versionOf(name) === undefined ? [] : [[name, versionOf(name)!]]));
  return redactSecrets({
    version: provenanceVersion,
    specFile,
    command: ['ablate', ...process.argv.slice(2).map((argument) => argument.replace(secretSetting, '$1***'))],
    ablate: frameworkVersion,
    node: process.version,
    platform: `${platform()} ${arch()} ${release()}`,
    processor: { model: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
    packages: Object.fromEntries(packages),
    lockfileSha256: lockfile ? sha256(lockfile) : null,
    git: await gitState(dirname(specFile)),
  } satisfies Provenance as Provenance);
}
