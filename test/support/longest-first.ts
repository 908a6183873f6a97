import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Test files that take most of a minute and more, about the longest first: one of them left for the end would keep one
 * worker busy while the others have nothing to do.
 */
const longest: readonly string[] = [
  'test/integration/conformance/conformance.test.ts',
  'test/integration/slurm/slurm.test.ts',
  'test/integration/runs/evaluate.test.ts',
  'test/integration/faults/kills.test.ts',
  'test/integration/faults/guards.test.ts',
  'test/integration/mlflow/parts.test.ts',
  'test/integration/runs/shipped-specs.test.ts',
  'test/integration/launch/workers.test.ts',
  'test/integration/runs/resume.test.ts',
  'test/integration/runs/reproduce.test.ts',
  'test/integration/mlflow/reproduce.test.ts',
  'test/integration/mlflow/report.test.ts',
  'test/integration/package/package.test.ts',
  'test/integration/runs/study.test.ts',
  'test/integration/browser/report.test.ts',
  'test/integration/browser/watch.test.ts',
  'test/integration/export/export.test.ts',
  'test/integration/cli/scaffold.test.ts',
  'test/integration/faults/disk.test.ts',
];

/**
 * Begins with the test files that are known to take long, then goes on as vitest does: by how long each took the last
 * time, or by its size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = longest.find((file) => !existsSync(resolve(root, file)));
    if (gone)
      throw new Error(`There is no ${gone} any more: take it out of the list in test/support/longest-first.ts.`);
    const placeOf = ({ moduleId }: TestSpecification): number =>
      longest.indexOf(relative(root, moduleId).replaceAll('\\', '/'));
    const [first, others] = [files.filter((file) => placeOf(file) >= 0), files.filter((file) => placeOf(file) < 0)];
    return [...first.sort((one, other) => placeOf(one) - placeOf(other)), ...(await super.sort(others))];
  }
}
