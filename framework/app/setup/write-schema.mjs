import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Where the specs of a clone have the schema that editors complete and check them by. */
const schemaFile = 'ablate.schema.json';

/**
 * Writes the schema of specs, where it is not there or older than what it is made of. Without one, editors only
 * complete less.
 */
export function writeSchema(clone) {
  const file = path.join(clone, schemaFile);
  const made = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!sources(clone).some((source) => fs.statSync(source).mtimeMs > made)) return;
  const { status, stdout } = spawnSync(
    process.execPath,
    [path.join(clone, 'framework', 'app', 'bin', 'ablate.mjs'), 'schema'],
    { encoding: 'utf8', maxBuffer: 1 << 26, cwd: clone },
  );
  if (status !== 0) return;
  fs.writeFileSync(`${file}.part`, stdout);
  fs.renameSync(`${file}.part`, file);
}

/** The files that say what a spec may hold: the plugins', and the spec's own. */
function sources(clone) {
  const below = (folder) =>
    fs
      .readdirSync(path.join(clone, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.ts$/.test(name))
      .map((name) => path.join(clone, folder, name));
  return [...below('plugins'), ...below(path.join('framework', 'experiment', 'spec'))];
}
