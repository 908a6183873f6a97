import {
  chownSync,
  cpSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { projectAt } from '../../../framework/plugins/project.ts';

// Only the administrator can give files away.
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

let shared: string;
let mine: string;
/** Writes a file; of another user's, with the folders that it needs, where its name begins with `theirs:`. */
const write = (name: string, text: string): string => {
  const file = join(shared, name.replace('theirs:', ''));
  const made = mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (name.startsWith('theirs:')) {
    chownSync(file, nobody, nobody);
    for (let folder = dirname(file); made && folder.length >= made.length; folder = dirname(folder))
      chownSync(folder, nobody, nobody);
  }
  return file;
};
const marking = (name: string): string =>
  `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(join(shared, 'marks', name))}, '');\nexport default {};\n`;
const marked = (): string[] => readdirSync(join(shared, 'marks'));

beforeEach(() => {
  // A folder that everybody may write, and mine below it.
  shared = mkdtempSync(join(tmpdir(), 'ablate-shared-'));
  mine = join(shared, 'me');
  for (const folder of [mine, join(shared, 'marks')]) mkdirSync(folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(shared, { recursive: true, force: true });
});

describe.runIf(isRoot)('what another user left in a folder above mine', () => {
  it('a package.json counts for nothing: my own above it does, and none is none', async () => {
    write('theirs:package.json', '{"ablate": {"plugins": ["./evil.mjs"]}}');
    write('theirs:evil.mjs', marking('evil'));
    expect(projectAt(mine)).toBeUndefined();
    const catalogue = await createCatalogue({ trust: false, folder: mine });
    expect(await catalogue.listed()).toEqual([]);
    await expect(catalogue.load('loss', 'softmaxx', mine)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    expect(marked()).toEqual([]);
    write('package.json', '{"name": "of-mine"}');
    chownSync(join(shared, 'package.json'), 0, 0);
    expect(projectAt(mine)?.directory).toBe(shared);
  });

  it('nor does one in a folder of theirs, or a link of theirs to one of mine', () => {
    write('theirs:their/package.json', '{}');
    chownSync(join(shared, 'their', 'package.json'), 0, 0);
    mkdirSync(join(shared, 'their', 'below'));
    expect(projectAt(join(shared, 'their', 'below'))).toBeUndefined();
    write('elsewhere/package.json', '{"ablate": {"plugins": ["./evil.mjs"]}}');
    symlinkSync(join(shared, 'elsewhere', 'package.json'), join(shared, 'package.json'));
    expect(projectAt(mine)?.directory).toBe(shared);
    lchownSync(join(shared, 'package.json'), nobody, nobody);
    expect(projectAt(mine)).toBeUndefined();
  });

  it('a package of the name of a dependency of mine that is not installed is not run', async () => {
    write('me/package.json', '{"dependencies": {"good": "1"}}');
    write(
      'theirs:node_modules/good/package.json',
      '{"name": "good", "version": "1.0.0", "type": "module", "exports": "./index.js"}',
    );
    write('theirs:node_modules/good/index.js', marking('good'));
    const catalogue = await createCatalogue({ trust: false, folder: mine });
    await expect(catalogue.load('loss', 'good', mine)).rejects.toMatchObject({
      code: 'PLUGIN_UNTRUSTED',
      message: expect.stringContaining('belongs to another user') as string,
    });
    expect(marked()).toEqual([]);
  });

  it.each(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'])('%s is not taken from there', async (name) => {
    // Both are installed beside Ablate's sources, which come first: an installed Ablate has them nowhere else.
    const setup = join(shared, 'ablate', 'framework', 'app', 'setup');
    cpSync(new URL('../../../framework/app/setup', import.meta.url), setup, { recursive: true });
    write(`theirs:node_modules/${name}/package.json`, JSON.stringify({ name, version: '4.22.0' }));
    vi.spyOn(process, 'cwd').mockReturnValue(mine);
    const cache = join(shared, 'cache');
    const cached = join(cache, 'native', 'packages', `${name.split('/')[1]}-4.22.0`);
    write(
      join('cache', 'native', 'packages', `${name.split('/')[1]}-4.22.0`, 'node_modules', name, 'package.json'),
      '{}',
    );
    const { nativeRoot } = (await import(join(setup, 'native-packages.mjs'))) as {
      nativeRoot(name: string, cache: string): Promise<string>;
    };
    expect(await nativeRoot(name, cache)).toBe(cached);
    chownSync(join(shared, 'node_modules', name), 0, 0);
    chownSync(dirname(join(shared, 'node_modules', name)), 0, 0);
    expect(await nativeRoot(name, cache)).toBe(shared);
  });
});
