import { progress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/** Where the members that the binding needs go, by prefix; whatever else the wheel holds stays there. */
const MEMBERS = {
  'tensorflow/libtensorflow_cc.so.2': 'deps/lib/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2': 'deps/lib/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/': 'deps/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/': 'deps/include/tensorflow/core/platform/',
  'tensorflow/include/xla/tsl/c/': 'deps/include/xla/tsl/c/',
  'tensorflow/include/tsl/platform/': 'deps/include/tsl/platform/',
  // The library's RUNPATH is $ORIGIN/../nvidia/*/lib.
  'nvidia/': 'deps/nvidia/',
};

const SCRIPT = `
import json, os, shutil, sys, zipfile
wheel, root, members = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        place = next((members[p] + name[len(p):] for p in members if name.startswith(p)), None)
        if place is None or name.endswith('/') or '..' in name.split('/'):
            continue
        target = os.path.join(root, place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, 'wb') as out:
            shutil.copyfileobj(source, out, 1 << 22)
`;

/**
 * Unpacks the members of a wheel that the binding needs.
 *
 * @param {string} python
 * @param {string} wheel
 * @param {string} folder the staged package's folder, which gets `deps/`
 * @throws {Error} with Python's last words
 */
export async function unpackWheel(python, wheel, folder) {
  const bar = progress(`Unpacking ${wheel.split('/').at(-1).split('-').slice(0, 2).join(' ')}`, 0);
  const result = await runCommand(python, ['-c', SCRIPT, wheel, folder, JSON.stringify(MEMBERS)], {
    onTick: () => bar.update(0),
  });
  bar.end();
  if (result.code !== 0) throw new Error(`the wheel could not be unpacked: ${result.output.trim().split('\n').at(-1)}`);
}
