import { execFile } from 'node:child_process';
import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** The settings that say how files are compared. Each is one word, and none can name a program. */
const comparing = [
  'autocrlf',
  'eol',
  'filemode',
  'symlinks',
  'ignorecase',
  'precomposeunicode',
  'trustctime',
  'checkstat',
].map((name) => `core.${name}`);

/**
 * What would make git look at another repository than the one that a folder lies in: a git hook, from which somebody
 * trains, sets them.
 */
const elsewhere = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
];
const withoutNetwork = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_SSH_COMMAND: 'false',
  GIT_TERMINAL_PROMPT: '0',
};

/**
 * Calls git in a folder. It may be a stranger's: the command must be one that starts no program, whatever the
 * repository's settings say. That is none which reads the index or looks for objects, unless `environment` names
 * another repository.
 */
export async function git(
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.includes(name)));
  return (
    await promisify(execFile)('git', args, {
      cwd: folder,
      maxBuffer: 1 << 28,
      env: { ...inherited, ...withoutNetwork, ...environment },
    })
  ).stdout;
}

/**
 * Computes the difference of tracked files from a commit, as a patch.
 *
 * The repository may be a stranger's, and its settings, hooks, filters and remotes may name programs. Git therefore
 * reads none of them: it is given a repository of its own for as long as it takes, which has the other's objects and a
 * copy of its index. So whatever else git learns to call in a later version is not called either.
 *
 * @returns undefined where there is no work tree, objects are missing, the patch is too large, or the repository takes
 * its files or its history from another place on this machine: the patch would hold what is not the repository's
 */
export async function gitPatch(folder: string, commit: string): Promise<string | undefined> {
  const place = await ownRepository(folder).catch(() => undefined);
  if (!place) return undefined;
  const { root, gitDir, commonDir } = place;
  const format = (await git(folder, ['rev-parse', '--show-object-format'])).trim();
  const own = await mkdtemp(join(tmpdir(), 'ablate-git-'));
  try {
    await mkdir(join(own, 'refs'));
    await mkdir(join(own, 'objects', 'info'), { recursive: true });
    await writeFile(join(own, 'objects', 'info', 'alternates'), `${JSON.stringify(join(commonDir, 'objects'))}\n`);
    await writeFile(join(own, 'HEAD'), `${commit}\n`);
    await writeFile(
      join(own, 'config'),
      `[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat = ${format === 'sha256' ? format : 'sha1'}\n`,
    );
    await copyIndex(gitDir, own);
    const given = await comparison(folder);
    const env = {
      GIT_DIR: own,
      GIT_WORK_TREE: root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_PARAMETERS: '',
      GIT_CONFIG_COUNT: String(given.length),
      ...Object.fromEntries(
        given.flatMap(([name, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, name],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    };
    return await git(
      root,
      ['diff', 'HEAD', '--binary', '--no-ext-diff', '--no-textconv', '--submodule=short', '--ignore-submodules=dirty'],
      env,
    );
  } catch {
    return undefined;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** What the settings of all scopes say of how files are compared. */
async function comparison(folder: string): Promise<[name: string, value: string][]> {
  const lines = (await git(folder, ['config', '--list', '--null'])).split('\0');
  const settings = new Map(lines.map((line) => line.split(/\n(.*)/s, 2) as [string, string]));
  return comparing.flatMap((name): [string, string][] => {
    const value = settings.get(name);
    return value !== undefined && /^\w+$/.test(value) ? [[name, value]] : [];
  });
}

interface OwnRepository {
  /** Folder of the work tree. */
  readonly root: string;
  readonly gitDir: string;
  /** The same, but for a linked work tree. */
  readonly commonDir: string;
}

/** The repository of a folder whose work tree, settings and history belong together; undefined for any other. */
async function ownRepository(folder: string): Promise<OwnRepository | undefined> {
  const shown = await git(folder, ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-common-dir']);
  const paths = shown
    .trimEnd()
    .split('\n')
    .map((path) => realpath(resolve(folder, path)));
  const [root, gitDir, commonDir] = (await Promise.all(paths)) as [string, string, string];
  const parts = [join(commonDir, 'objects'), join(commonDir, 'refs'), join(gitDir, 'HEAD'), join(gitDir, 'index')];
  for (const part of parts) if ((await lstat(part)).isSymbolicLink()) return undefined;
  // `core.worktree` may name any folder, a home folder among them, and `.git` be a file that names any repository.
  const entry = join(root, '.git');
  if ((await lstat(entry)).isDirectory())
    return gitDir === entry && commonDir === entry ? { root, gitDir, commonDir } : undefined;
  const named = /^gitdir: (.*)$/m.exec(await readFile(entry, 'utf8'))?.[1] ?? '';
  if ((await realpath(resolve(root, named))) !== gitDir) return undefined;
  const isLinked = dirname(gitDir) === join(commonDir, 'worktrees');
  const back = isLinked
    ? dirname((await readFile(join(gitDir, 'gitdir'), 'utf8')).trim())
    : (await git(folder, ['config', '--get', 'core.worktree'])).trim();
  const isKnown = (isLinked || gitDir === commonDir) && (await realpath(resolve(gitDir, back))) === root;
  return isKnown ? { root, gitDir, commonDir } : undefined;
}

/** Copies the index, and its time down to the second: git reads files anew that are not older than the index. */
async function copyIndex(gitDir: string, own: string): Promise<void> {
  const index = join(gitDir, 'index');
  const { mtimeMs } = await stat(index);
  const seconds = Math.floor(mtimeMs / 1000);
  await copyFile(index, join(own, 'index'));
  await utimes(join(own, 'index'), seconds, seconds);
  for (const name of await readdir(gitDir))
    if (name.startsWith('sharedindex.')) await symlink(join(gitDir, name), join(own, name));
}
