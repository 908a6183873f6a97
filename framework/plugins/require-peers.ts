import { realpathSync } from 'node:fs';
import semver from 'semver';
import { AblateError } from '../base/errors/ablate-error.ts';
import { frameworkVersion } from '../base/system/version.ts';
import { packageFolder, packageOf, readManifest } from './package-folder.ts';
import type { PluginFile } from './plugin-file.ts';

/**
 * Refuses a plugin whose package asks for something beside it that is not there, or is there in another version. Its
 * peers are those of its package.json; `ablate-ml` is always the one that runs.
 *
 * @param source what to call it in an error
 * @throws AblateError PLUGIN_INVALID
 */
export function requirePeers({ origin, file }: PluginFile, source: string): void {
  const found = packageOf(realpathSync(file));
  const { peerDependencies = {}, peerDependenciesMeta = {} } = found?.manifest ?? {};
  // A file by itself lies in a project that may be anything; a plugin's package names ablate-ml among its peers.
  if (!found || (origin === 'path' && peerDependencies['ablate-ml'] === undefined)) return;
  for (const [name, range] of Object.entries(peerDependencies)) {
    const version = name === 'ablate-ml' ? frameworkVersion : versionBeside(name, file, found.directory);
    const optional = peerDependenciesMeta[name]?.optional === true;
    if (version === undefined && !optional)
      throw new AblateError(
        'PLUGIN_INVALID',
        `${source} needs the package "${name}" (${range}) beside it, which is not installed`,
        { remedy: `Type: npm install "${name}@${range}"` },
      );
    if (
      version === undefined ||
      semver.validRange(range) === null ||
      semver.satisfies(version, range, { includePrerelease: true })
    )
      continue;
    const remedy =
      name === 'ablate-ml'
        ? 'Install a version of the plugin for this ablate-ml, or another ablate-ml.'
        : `Type: npm install "${name}@${range}"`;
    throw new AblateError('PLUGIN_INVALID', `${source} needs ${name} ${range}, and this is ${version}`, { remedy });
  }
}

/** Version of a package as the plugin would import it: from where it lies, or from where it is linked to. */
function versionBeside(name: string, file: string, directory: string): string | undefined {
  const folder = packageFolder(name, file) ?? packageFolder(name, directory);
  return folder && readManifest(folder)?.version;
}
