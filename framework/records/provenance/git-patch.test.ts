import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { gitState } from './git-state.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

let home: string;
let repository: string;
let mark: string;

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const gitIn =
  (cwd: string) =>
  (...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'protocol.file.allow=always', ...args],
      { cwd, encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'] },
    );
/** Makes a repository with one committed file, changed since unless `changed` is false. */
const made = (
  folder: string,
  { changed = true, init = [] as string[], attributes = '' } = {},
): ReturnType<typeof gitIn> => {
  const git = gitIn(folder);
  write(join(folder, 'spec.yaml'), 'seed: 1\n');
  write(join(folder, '.gitattributes'), attributes);
  git('init', '--quiet', ...init);
  git('add', '.');
  git('commit', '--quiet', '--message', 'all');
  if (changed) write(join(folder, 'spec.yaml'), 'seed: 2\n');
  return git;
};
const script = (name: string): string => {
  const file = join(home, `${name}.sh`);
  write(file, `#!/bin/sh\ntouch ${mark}\nexit 1\n`);
  chmodSync(file, 0o755);
  return file;
};
/** Makes git look at files again, which it does where their times have changed. */
const touch = (file: string): void => utimesSync(file, 1e9, 1e9);
const expected = expect.stringMatching(/^diff --git a\/spec.yaml b\/spec.yaml\n[^]*\n-seed: 1\n\+seed: 2\n$/) as string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ablate-git-test-'));
  folders.push(home);
  [repository, mark] = [join(home, 'repository'), join(home, 'mark')];
  mkdirSync(repository);
  return () => vi.unstubAllEnvs();
});

describe('no program that a repository names is started', () => {
  /** How a repository names a program, and what makes git itself start it. */
  const attacks: Record<
    string,
    { attributes?: string; name(git: ReturnType<typeof gitIn>): void; start?: string[]; patch?: string }
  > = {
    'a filter whose name holds "="': {
      attributes: '*.yaml filter=a=b\n',
      name: (git) => git('config', 'filter.a=b.clean', script('clean')),
    },
    "a filter of the work tree's own settings": {
      attributes: '*.yaml filter=evil\n',
      name(git) {
        git('config', 'extensions.worktreeConfig', 'true');
        git('config', '--worktree', 'filter.evil.process', script('process'));
      },
    },
    'a filter in an included file': {
      attributes: '*.yaml filter=evil\n',
      name(git) {
        write(join(repository, '.git', 'more'), `[filter "evil"]\n\tclean = ${script('clean')}\n\trequired = true\n`);
        git('config', 'include.path', 'more');
      },
    },
    'a hook': { name: () => renameSync(script('hook'), join(repository, '.git', 'hooks', 'post-index-change')) },
    'a hook in a folder of its choice': {
      name(git) {
        mkdirSync(join(home, 'hooks'));
        renameSync(script('hook'), join(home, 'hooks', 'post-index-change'));
        git('config', 'core.hooksPath', join(home, 'hooks'));
      },
    },
    'a monitor of files': { name: (git) => git('config', 'core.fsmonitor', script('fsmonitor')) },
    'a converter to text': {
      attributes: '*.yaml diff=evil\n',
      name: (git) => git('config', 'diff.evil.textconv', script('textconv')),
    },
    'an external difference': { name: (git) => git('config', 'diff.external', script('external')) },
    'a remote from which a missing object is fetched': {
      name(git) {
        const blob = git('rev-parse', 'HEAD:spec.yaml').trim();
        rmSync(join(repository, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
        for (const [key, value] of [
          ['core.repositoryformatversion', '1'],
          ['extensions.partialClone', 'origin'],
          ['remote.origin.url', 'ssh://x/y'],
          ['remote.origin.promisor', 'true'],
          ['core.sshCommand', script('ssh')],
        ] as const)
          git('config', key, value);
      },
      patch: '',
    },
  };

  it.each(Object.entries(attacks))('%s', async (_, { attributes, name, start = ['diff', 'HEAD'], patch }) => {
    const git = made(repository, { ...(attributes && { attributes }) });
    name(git);
    touch(join(repository, '.gitattributes'));
    const found = await gitState(repository);
    expect([existsSync(mark), found?.state.dirty, found?.patch]).toEqual([false, true, patch ?? expected]);
    // The attack is a real one: git by itself starts it.
    try {
      git(...start);
    } catch {
      // Some of these programs do not do what git wants of them.
    }
    expect(existsSync(mark)).toBe(true);
  });

  it("nor one of the user's own settings, which a stranger's attributes would start on a stranger's files", async () => {
    const git = made(repository, { attributes: '*.yaml filter=mine\n' });
    write(join(home, 'settings'), `[filter "mine"]\n\tclean = ${script('clean')}\n`);
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(home, 'settings'));
    expect([(await gitState(repository))?.patch, existsSync(mark)]).toEqual([expected, false]);
    git('diff', 'HEAD');
    expect(existsSync(mark)).toBe(true);
  });
});

describe('a patch holds nothing from elsewhere on this machine', () => {
  let mine: string;
  beforeEach(() => {
    mine = join(home, 'mine');
    write(join(mine, 'secret.txt'), 'squeamish\n');
    made(mine);
    for (const file of ['.gitattributes', 'spec.yaml']) rmSync(join(repository, file), { force: true });
  });
  const unknown = async (): Promise<void> =>
    expect(await gitState(repository)).toMatchObject({ state: { dirty: true, patchSha256: null }, patch: '' });

  it('where the settings name another work tree', async () => {
    made(repository);
    // The stranger's index lists a file that only the other work tree has.
    write(join(repository, 'secret.txt'), '');
    gitIn(repository)('add', 'secret.txt');
    const inside = join(mine, 'theirs');
    renameSync(repository, inside);
    gitIn(inside)('config', 'core.worktree', mine);
    repository = inside;
    expect(gitIn(inside)('diff', 'HEAD')).toContain('squeamish');
    await unknown();
  });

  it('where .git is a file that names my repository', async () => {
    write(join(repository, '.git'), `gitdir: ${join(mine, '.git')}\n`);
    expect(gitIn(repository)('diff', 'HEAD')).toContain('squeamish');
    await unknown();
  });

  it.each(['.git', '.git/objects'])('where %s is a link into my repository', async (name) => {
    made(repository);
    rmSync(join(repository, name), { recursive: true });
    symlinkSync(join(mine, name), join(repository, name));
    await unknown();
  });

  it('where .git names my repository as the one that it belongs to', async () => {
    made(repository);
    write(join(repository, '.git', 'commondir'), `${join(mine, '.git')}\n`);
    expect(gitIn(repository)('diff', 'HEAD')).toContain('squeamish');
    await unknown();
  });
});

describe("a patch is git's own", () => {
  const own = async (folder: string): Promise<void> => {
    const patch = gitIn(folder)('diff', 'HEAD', '--binary', '--ignore-submodules=dirty');
    expect(patch).not.toBe('');
    expect((await gitState(folder))?.patch).toBe(patch);
  };

  it('in a linked work tree, a submodule, a folder below, and with a split index', async () => {
    const git = made(repository);
    mkdirSync(join(repository, 'below'));
    expect((await gitState(join(repository, 'below')))?.patch).toEqual(expected);
    git('worktree', 'add', '--quiet', join(home, 'linked'));
    write(join(home, 'linked', 'spec.yaml'), 'seed: 3\n');
    await own(join(home, 'linked'));
    git('submodule', '--quiet', 'add', repository, 'sub');
    write(join(repository, 'sub', 'spec.yaml'), 'seed: 4\n');
    await own(join(repository, 'sub'));
    await own(repository);
    git('update-index', '--split-index');
    await own(repository);
  });

  it('with the other hash', async () => {
    made(repository, { init: ['--object-format=sha256'] });
    await own(repository);
  });

  it('and empty where times alone have changed, or the ends of lines that git changes itself; a change within the same second is seen', async () => {
    const git = made(repository, { changed: false });
    touch(join(repository, 'spec.yaml'));
    expect(await gitState(repository)).toMatchObject({ state: { dirty: false }, patch: '' });
    git('config', 'core.autocrlf', 'true');
    write(join(repository, 'spec.yaml'), 'seed: 1\r\n');
    expect(await gitState(repository)).toMatchObject({ state: { dirty: false }, patch: '' });
    git('add', '.');
    write(join(repository, 'spec.yaml'), 'seed: 7\r\n');
    expect((await gitState(repository))?.patch).toContain('+seed: 7');
  });

  it('whatever repository the environment names, and leaves the index and the folder for temporary files as they were', async () => {
    made(repository);
    touch(join(repository, '.gitattributes'));
    vi.stubEnv('GIT_DIR', join(home, 'nowhere'));
    vi.stubEnv('TMPDIR', join(home, 'temporary'));
    mkdirSync(join(home, 'temporary'));
    const before = readFileSync(join(repository, '.git', 'index'));
    expect((await gitState(repository))?.patch).toEqual(expected);
    expect([
      readFileSync(join(repository, '.git', 'index')).equals(before),
      readdirSync(join(home, 'temporary')),
    ]).toEqual([true, []]);
  });
});
