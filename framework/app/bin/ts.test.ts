import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('./ts.mjs', import.meta.url));
let folder: string;

const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};
const run = (...args: string[]) =>
  spawnSync(process.execPath, [entry, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ABLATE_CACHE: path.join(folder, 'cache') },
  });

describe('TypeScript outside the project', () => {
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ablate-ts-'));
    write('node_modules/a-loss/package.json', '{"name": "a-loss", "main": "index.ts"}');
    write(
      'node_modules/a-loss/index.ts',
      'export interface Shape { rows: number }\nexport default (shape: Shape): number => shape.rows * 2;\n',
    );
    write('lib/words.ts', 'export const word: string = "fine";\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loads a package of .ts files, a relative .ts under its .js name, and the arguments', () => {
    write(
      'main.ts',
      "import double, { type Shape } from 'a-loss';\nimport { word } from './lib/words.js';\nconst shape: Shape = { rows: 21 };\nconsole.log(word, double(shape), process.argv.slice(2).join());\n",
    );
    expect(run('main.ts', 'p', 'q')).toMatchObject({ status: 0, stdout: 'fine 42 p,q\n', stderr: '' });
    expect(run('main.ts', 'r')).toMatchObject({ status: 0, stdout: 'fine 42 r\n' });
  });

  it('gives everyone who imports ablate-ml the running framework', () => {
    const index = new URL('../../base/system/version.ts', import.meta.url).href;
    write(
      'same.ts',
      `import { frameworkVersion } from 'ablate-ml';\nimport * as own from '${index}';\nconsole.log(frameworkVersion === own.frameworkVersion, import.meta.resolve('ablate-ml'));\n`,
    );
    const { stdout, stderr } = run('same.ts');
    expect(stderr).toBe('');
    expect(stdout).toBe(`true ${new URL('../../index.ts', import.meta.url).href}\n`);
  });

  it('names the TypeScript line where a program throws, and keeps its exit code', () => {
    write(
      'throws.ts',
      "interface Gone {\n  a: number;\n}\nfunction thrower(_: Gone): never {\n  throw new Error('here');\n}\nthrower({ a: 1 });\n",
    );
    const thrown = run('throws.ts');
    expect(thrown.status).toBe(1);
    expect(thrown.stderr).toContain(`${path.join(folder, 'throws.ts')}:5:`);
    write('code.ts', 'process.exitCode = 130 as number;\n');
    expect(run('code.ts').status).toBe(130);
  });

  it('says file, line and column where the text does not parse', () => {
    write('wrong.ts', 'const a: = 3;\n');
    const wrong = run('wrong.ts');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain(`${path.join(folder, 'wrong.ts')}:1:10: Type expected.`);
  });

  it("compiles anew what a power cut or somebody has damaged in the cache, which is this user's alone", () => {
    write('kept.ts', "const said: string = 'as written';\nconsole.log(said);\n");
    rmSync(path.join(folder, 'cache'), { recursive: true, force: true });
    expect(run('kept.ts').stdout).toBe('as written\n');
    const [name] = readdirSync(path.join(folder, 'cache')).filter((one) => one.startsWith('typescript'));
    const cache = path.join(folder, 'cache', name!);
    if (process.getuid) expect(statSync(cache).mode & 0o777).toBe(0o700);
    for (const damage of [
      () => '',
      (text: string) => text.slice(0, text.length / 2),
      (text: string) => text.replaceAll('as written', 'otherwise!'),
    ]) {
      for (const file of readdirSync(cache))
        writeFileSync(path.join(cache, file), damage(readFileSync(path.join(cache, file), 'utf8')));
      chmodSync(cache, 0o777);
      expect(run('kept.ts')).toMatchObject({ status: 0, stdout: 'as written\n' });
      if (process.getuid) expect(statSync(cache).mode & 0o777).toBe(0o700);
    }
  });
});
