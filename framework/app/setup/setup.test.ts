import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Set-up is plain JavaScript without types: its modules come in untyped. */
const load = (name: string) => import(new URL(`./${name}.mjs`, import.meta.url).href);
const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ablate-setup-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
const write = (name: string, text: string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

describe('set-up of this clone', () => {
  it('has nothing to do a second time, and says nothing', () => {
    const again = spawnSync(process.execPath, ['framework/app/setup/main.mjs'], { cwd: root, encoding: 'utf8' });
    expect(again).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('has linked the command', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    const answer = spawnSync(path.join(root, 'node_modules', '.bin', 'ablate'), ['--version'], { encoding: 'utf8' });
    expect(answer).toMatchObject({ status: 0, stdout: `${version}\n` });
  });
});

describe('packages', () => {
  const lock = (packages: object): string => JSON.stringify({ packages });
  it.each([
    ['missing', undefined, false],
    ['the same', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['one too few', {}, false],
    ['one too many', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } }, true],
  ] as const)('finds node_modules %s', async (_, present, expected) => {
    const { packagesInstalled } = await load('install-packages');
    write(
      'package-lock.json',
      lock({
        '': {},
        'node_modules/a': { version: '1.0.0' },
        'node_modules/other-system': { version: '1.0.0', optional: true },
      }),
    );
    if (present) write('node_modules/.package-lock.json', lock(present));
    expect(packagesInstalled(folder)).toBe(expected);
  });
});

describe('the lock between clones', () => {
  it('lets one in at a time', async () => {
    const { withLock } = await load('with-lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 30));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path.join(folder, 'lock'), work)));
    expect(most).toBe(1);
    expect(existsSync(path.join(folder, 'lock'))).toBe(false);
  });

  it('takes over at once from a process of this machine that was killed', async () => {
    const { withLock } = await load('with-lock');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    write('lock/owner', `process ${pid} on ${hostname()}`);
    const waited = vi.fn();
    expect(await withLock(path.join(folder, 'lock'), async () => 'in', waited)).toBe('in');
    expect(waited).not.toHaveBeenCalled();
  });

  it('takes over from a process of another machine that has not touched it for a minute', async () => {
    const { withLock } = await load('with-lock');
    const lock = path.join(folder, 'lock');
    write('lock/owner', 'process 1 on another-machine');
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await withLock(lock, async () => 'in')).toBe('in');
  });
});

describe('packages in the cache', () => {
  it('are fetched by an npm that lets the lock be renewed meanwhile', async () => {
    const { runNpm } = await load('run-npm');
    // It ends when a timer of this process has told it to: a call that held this process up would never return.
    const told = write('told', '');
    const npm = write(
      'npm-cli.js',
      `const { readFileSync } = require('node:fs'); setInterval(() => { if (readFileSync(${JSON.stringify(told)}, 'utf8') === 'end') { process.stderr.write('said ' + process.argv.slice(2)); process.exitCode = 3; process.exit(); } }, 10);`,
    );
    vi.stubEnv('npm_execpath', npm);
    setTimeout(() => writeFileSync(told, 'end'), 50);
    expect(await runNpm(['install', 'x'], folder)).toEqual({ status: 3, output: 'said install,x' });
    vi.stubEnv('npm_execpath', '');
    vi.stubEnv('PATH', folder);
    expect(await runNpm(['install'], folder)).toMatchObject({
      status: null,
      output: expect.stringContaining('ENOENT') as string,
    });
  });

  it('that another process put in place meanwhile are taken; what cannot be put in place is told', async () => {
    const { moveStaged } = await load('move-staged');
    write('part/one', 'mine');
    write('target/one', 'quicker');
    moveStaged(path.join(folder, 'part'), path.join(folder, 'target'));
    expect(readFileSync(path.join(folder, 'target', 'one'), 'utf8')).toBe('quicker');
    moveStaged(path.join(folder, 'part'), path.join(folder, 'other'));
    expect(readFileSync(path.join(folder, 'other', 'one'), 'utf8')).toBe('mine');
    expect(() => moveStaged(path.join(folder, 'part'), path.join(folder, 'third'))).toThrow('ENOENT');
  });
});

describe('the pinned wheels', () => {
  it('pins every wheel of both builds by a SHA-256 of its own', async () => {
    const { wheelsFor } = await load('wheels');
    const wheels = [
      ...wheelsFor(false, 'linux', 'x64'),
      ...wheelsFor(false, 'linux', 'arm64'),
      ...wheelsFor(true, 'linux', 'x64'),
    ];
    for (const wheel of wheels) expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length);
    expect(wheelsFor(true, 'linux', 'arm64')).toBeUndefined();
    expect(wheelsFor(false, 'darwin', 'arm64')).toBeUndefined();
  });

  describe.runIf(hasPip)('through pip', () => {
    const tags = ['3.11', 'none', 'manylinux_2_27_x86_64'];
    const makeWheel = (): string => {
      const script = `
import zipfile
with zipfile.ZipFile('small_wheel-1.0-cp311-none-manylinux_2_27_x86_64.whl', 'w') as z:
    z.writestr('small_wheel-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: small-wheel\\nVersion: 1.0\\n')
    z.writestr('small_wheel-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: cp311-none-manylinux_2_27_x86_64\\n')
    z.writestr('small_wheel-1.0.dist-info/RECORD', '')
    z.writestr('tensorflow/libtensorflow_cc.so.2', 'library')
    z.writestr('tensorflow/include/tensorflow/c/c_api.h', 'header')
    z.writestr('tensorflow/include/../../../escaped', 'no')
    z.writestr('tensorflow/python/not_wanted.py', 'no')
    z.writestr('nvidia/cublas/lib/libcublas.so.12', 'cuda')
`;
      expect(spawnSync('python3', ['-c', script], { cwd: folder }).status).toBe(0);
      vi.stubEnv('PIP_NO_INDEX', '1');
      vi.stubEnv('PIP_FIND_LINKS', folder);
      const file = readdirSync(folder).find((name) => name.endsWith('.whl'))!;
      return createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex');
    };

    it('takes a wheel with the pinned checksum and unpacks only what is needed', async () => {
      const sha256 = makeWheel();
      const [{ downloadWheel }, { unpackWheel }] = [await load('download-wheel'), await load('unpack-wheel')];
      const wheel = await downloadWheel(
        'python3',
        { name: 'small-wheel', version: '1.0', bytes: 1000, sha256, tags },
        path.join(folder, 'download'),
      );
      await unpackWheel('python3', wheel, path.join(folder, 'staged'));
      const files = (readdirSync(path.join(folder, 'staged'), { recursive: true }) as string[]).filter((name) =>
        lstatSync(path.join(folder, 'staged', name)).isFile(),
      );
      expect(files.sort()).toEqual([
        'deps/include/tensorflow/c/c_api.h',
        'deps/lib/libtensorflow_cc.so.2',
        'deps/nvidia/cublas/lib/libcublas.so.12',
      ]);
    });

    it('throws a wheel with another checksum away', async () => {
      const found = makeWheel();
      const { downloadWheel } = await load('download-wheel');
      const pinned = 'a'.repeat(64);
      const attempt = downloadWheel(
        'python3',
        { name: 'small-wheel', version: '1.0', bytes: 1000, sha256: pinned, tags },
        path.join(folder, 'download'),
      );
      await expect(attempt).rejects.toThrow(`has SHA-256 ${found} where ${pinned} is pinned, and was thrown away`);
      expect(readdirSync(path.join(folder, 'download'))).toEqual([]);
    });

    it('says what pip says of a version that is not to be had', async () => {
      makeWheel();
      const { downloadWheel } = await load('download-wheel');
      const attempt = downloadWheel(
        'python3',
        { name: 'small-wheel', version: '2.0', bytes: 1000, sha256: '', tags },
        path.join(folder, 'download'),
      );
      await expect(attempt).rejects.toThrow(
        /^pip could not download small-wheel 2\.0: ERROR: No matching distribution found/,
      );
    });
  });
});

describe('a machine on which the library cannot be had', () => {
  const name = '@tensorflow/tfjs-node';
  const prepare = (): void => {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '4.22.0' }));
    vi.stubEnv('TFJS_NODE_CDN_STORAGE', 'http://127.0.0.1:9/');
    for (const proxy of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) vi.stubEnv(proxy, '');
  };

  it('says in one line what is missing, remembers it, and tries again when asked', async () => {
    prepare();
    vi.stubEnv('PATH', path.join(folder, 'empty'));
    const { nativeLibrary } = await load('native-library');
    const cache = path.join(folder, 'cache');
    const reason = await nativeLibrary(folder, cache, name, false);
    expect(reason).toContain('does not answer');
    expect(reason).not.toContain('\n');
    if (process.platform === 'linux')
      expect(reason).toMatch(/^python3 was not found \(install python3 and python3-pip\); /);
    const record = path.join(cache, 'native', 'tfjs-node.failed.json');
    writeFileSync(record, JSON.stringify({ at: Date.now(), reason: 'remembered' }));
    expect(await nativeLibrary(folder, cache, name, false)).toBe('remembered');
    expect(await nativeLibrary(folder, cache, name, true)).toBe(reason);
    writeFileSync(record, JSON.stringify({ at: Date.now() - 2 * 60 * 60 * 1000, reason: 'remembered' }));
    expect(await nativeLibrary(folder, cache, name, false)).toBe(reason);
    expect(readdirSync(path.join(cache, 'native')).filter((entry) => !entry.endsWith('.json'))).toEqual([]);
  });

  it('names the npm package that is not installed', async () => {
    const { nativeLibrary } = await load('native-library');
    expect(await nativeLibrary(folder, folder, name, false)).toBe(`the npm package ${name} is not installed`);
  });
});

describe('links to a staged library', () => {
  it('replace what a failed install left, and count only with binding and library in place', async () => {
    const { isStaged, linkStaged } = await load('link-staged');
    const npmPackage = path.join(folder, 'package');
    write('package/deps/half', 'of a download');
    write('staged/lib/napi-v8/tfjs_binding.node', 'binding');
    linkStaged(path.join(folder, 'staged'), npmPackage);
    expect(isStaged(npmPackage)).toBe(false);
    write('staged/deps/lib/libtensorflow.so.2', 'library');
    expect(isStaged(npmPackage)).toBe(true);
    expect(existsSync(path.join(npmPackage, 'deps', 'half'))).toBe(false);
    rmSync(path.join(folder, 'staged'), { recursive: true });
    expect(isStaged(npmPackage)).toBe(false);
  });
});

it('stages the GPU build only where it is told of a GPU', async () => {
  const { hasNvidiaGpu } = await load('nvidia-gpu');
  expect(hasNvidiaGpu({ ABLATE_SETUP_GPU: '1' })).toBe(true);
  expect(hasNvidiaGpu({ ABLATE_SETUP_GPU: '0' })).toBe(false);
});
