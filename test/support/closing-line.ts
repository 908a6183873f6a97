import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with one line that any tool can read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const testModule of modules) {
      for (const test of testModule.children.allTests()) counts[test.result().state]++;
      // A file that could not even be loaded has no tests to count.
      if (testModule.state() === 'failed' && testModule.errors().length > 0) counts.failed++;
    }
    process.on('exit', () =>
      process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`),
    );
  }
}
