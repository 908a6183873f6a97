import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Device } from '../../contracts/device.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { dataFacts } from './data-facts.ts';
import { deviceFacts } from './device-facts.ts';
import { gitState, patchFile } from './git-state.ts';
import { nativeVersions, packageVersions } from './installed-versions.ts';
import { pluginFacts } from './plugin-facts.ts';
import { provenanceVersion, type Provenance } from './provenance.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { secretArgument } from '../../base/system/secret-names.ts';

export type { Provenance } from './provenance.ts';

/** What a provenance is about. */
export interface ProvenanceRequest {
  /** Absolute path of the spec file. */
  readonly specFile: string;
  readonly spec: RunSpec;
  /** Without one, the plugins stay unknown. */
  readonly catalogue?: Catalogue;
  readonly device?: Device;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const heeded =
  /^(?:ABLATE_CAPTURE|ABLATE_KERNELS|CUDA_VISIBLE_DEVICES|NODE_OPTIONS|NVIDIA_TF32_OVERRIDE|ONEDNN_MAX_CPU_ISA|XLA_FLAGS|OMP_[A-Z_]+|MKL_[A-Z_]+|TF_(?!CPP_)[A-Z0-9_]+)$/;

/** Collects what made a run, with the patches that lead from the named commits to the code that ran. */
export async function collectProvenance({
  specFile,
  spec,
  catalogue,
  device,
}: ProvenanceRequest): Promise<{ provenance: Provenance; patches: Readonly<Record<string, string>> }> {
  const lockfile = await readFile(join(root, 'package-lock.json')).catch(() => undefined);
  const from = dirname(specFile);
  const [git, own] = [await gitState(from), await gitState(root)];
  const isSame = git?.state.commit === own?.state.commit && git?.state.patchSha256 === own?.state.patchSha256;
  const provenance: Provenance = {
    version: provenanceVersion,
    specFile,
    command: ['ablate', ...process.argv.slice(2).map((argument) => argument.replace(secretArgument, '$1***'))],
    ablate: frameworkVersion,
    node: process.version,
    platform: `${platform()} ${arch()} ${release()}`,
    processor: { model: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
    device: device ? await deviceFacts(device) : null,
    packages: packageVersions(),
    native: nativeVersions(),
    environment: Object.fromEntries(
      Object.entries(process.env)
        .flatMap(([name, value]) => (heeded.test(name) && value !== undefined ? [[name, value]] : []))
        .sort(),
    ),
    plugins: catalogue ? await pluginFacts(spec, catalogue, from) : [],
    data: await dataFacts(spec, from, catalogue),
    lockfileSha256: lockfile ? createHash('sha256').update(lockfile).digest('hex') : null,
    git: git?.state ?? null,
    ablateGit: isSame ? null : (own?.state ?? null),
  };
  const patches = Object.fromEntries(
    [git, own].flatMap((found) => (found?.patch ? [[patchFile(found.state), found.patch]] : [])),
  );
  return redactSecrets({ provenance, patches });
}
