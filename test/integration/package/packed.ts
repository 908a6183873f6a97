import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '#test/plugin-folders';

/** npm without what `npm test` put into the environment for itself. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** Runs npm; its output, or an exception with it. */
export function npm(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env: { ...env, npm_config_loglevel: 'error' },
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}:\n${stderr}${stdout}`);
  return stdout;
}

/** Packs the clone as `npm run pack` does, once a folder. Returns the tarball. */
export function packed(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ablate-packed-'));
  npm(['pack', '--ignore-scripts=false', '--silent', '--pack-destination', folder], root);
  const [name] = readdirSync(folder).filter((one) => one.endsWith('.tgz'));
  return path.join(folder, name!);
}

/**
 * An empty project with the tarball and npm's newest TypeScript installed as people install them; where no registry
 * answers, with the clone's own packages in the place of those that npm would fetch, those alone that the package
 * depends on.
 */
export function installed(tarball: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ablate-installed-'));
  writeFileSync(path.join(folder, 'package.json'), '{"private": true, "type": "module"}');
  try {
    npm(
      [
        'install',
        '--ignore-scripts',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        '--fetch-retries=0',
        tarball,
        'typescript@latest',
      ],
      folder,
    );
  } catch (error) {
    if (!/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED|E40[37]/.test(String(error))) throw error;
    process.stderr.write(
      'The npm registry does not answer: the tarball is installed beside the packages of this clone.\n',
    );
    linkPackages(folder, tarball);
  }
  return folder;
}

function linkPackages(folder: string, tarball: string): void {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  for (const [place, { dev, devOptional }] of Object.entries(packages)) {
    const source = path.join(root, place);
    if (dev || devOptional || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(place) || !existsSync(source)) continue;
    mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
    symlinkSync(source, path.join(folder, place), 'junction');
  }
  const own = path.join(folder, 'node_modules', 'ablate-ml');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', own, '--strip-components=1']);
  const bin = path.join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync('../ablate-ml/framework/app/bin/ablate.mjs', path.join(bin, 'ablate'));
}

/** Calls the installed command, in its project or a folder within. */
export function installedAblate(
  folder: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
  command = path.join(folder, 'node_modules', '.bin', 'ablate'),
) {
  const { MLFLOW_TRACKING_URI: _, ...inherited } = env;
  return spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...inherited, NO_COLOR: '1', ...more },
    timeout: 180_000,
  });
}
