import fs from 'node:fs';
import path from 'node:path';

/**
 * Links `node_modules/.bin/ablate` to the clone's own command, so that `npx ablate` works there as it does where the
 * package is installed.
 *
 * @param {string} root the clone
 */
export function linkCommand(root) {
  const entry = path.join(root, 'framework', 'app', 'bin', 'ablate.mjs');
  const link = path.join(root, 'node_modules', '.bin', 'ablate');
  if (process.platform === 'win32') {
    if (!fs.existsSync(`${link}.cmd`))
      fs.writeFileSync(`${link}.cmd`, `@node "%~dp0\\..\\..\\framework\\app\\bin\\ablate.mjs" %*\r\n`);
    return;
  }
  fs.mkdirSync(path.dirname(link), { recursive: true });
  const target = path.relative(path.dirname(link), entry);
  if (readLink(link) === target) return;
  fs.rmSync(link, { force: true });
  fs.symlinkSync(target, link);
}

function readLink(link) {
  try {
    return fs.readlinkSync(link);
  } catch {
    return undefined;
  }
}
