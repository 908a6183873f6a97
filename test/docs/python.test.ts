import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { typed } from '#test/ablate';

const python = process.env.ABLATE_PYTHON;
const folder = mkdtempSync(join(tmpdir(), 'ablate-python-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads the page's blocks of a language, in their order. */
function blocksOf(language: string): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/read-a-run-in-python.md'), 'utf8');
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text]) => (name === language ? [text!] : []));
}

it.skipIf(!python)(
  `reads a run in Python as the page says${python ? '' : ' (ABLATE_PYTHON names none)'}`,
  { timeout: 300_000 },
  async () => {
    writeFileSync(join(folder, 'run.yaml'), blocksOf('yaml')[0]!);
    const { code, stderr } = await typed('npx ablate run run.yaml', { cwd: folder });
    expect(code, stderr).toBe(0);
    const script = `${blocksOf('python').join('\n')}
assert len(steps) == 8 and steps.step.is_monotonic_increasing
assert list(evaluated.role) == ["validation", "validation", "test"]
assert runs["metrics.accuracy"].iloc[0] == evaluated["metrics.accuracy"].iloc[-1]
assert embeddings.shape == (40, 2) and centers.shape == (4, 2)
# What was drawn is what was kept, to the four digits of a figure.
assert np.allclose(points[["x", "y"]], embeddings, rtol=1e-3)
dense = [name for name in weights if name.startswith("backbone/") and name.endswith("kernel")]
assert for_pytorch(weights[dense[0]]).shape == (16, 144)
`;
    const { stdout } = await promisify(execFile)(python!, ['-c', script], { cwd: folder });
    expect(stdout).toContain('metrics.intra-inter-ratio');
    expect(stdout).toContain("'head/classWeights': (4, 2)");
  },
);
