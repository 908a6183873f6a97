// Runs the spec SPEC into OUT by the library's entry, for the bench: says when the first step has ended, and ends with
// the run.
import { run } from '../../framework/app/api/run.ts';

const [spec, out, threads] = process.argv.slice(2) as [string, string, string];
const running = run(spec, { out, set: { threads: Number(threads) } });
for await (const event of running)
  if (event.type === 'step') process.stdout.write(`${JSON.stringify({ step: event.step })}\n`);
const { outcomes } = await running.report;
if (outcomes.some(({ status }) => status !== 'finished')) process.exitCode = 1;
