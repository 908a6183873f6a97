import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EstimateAnswer, EstimateQuestion } from './estimate-child.ts';

/**
 * The estimate of one run, made in a process of its own, whose memory holds nothing else. Never throws: what went wrong is the
 * answer's reason.
 */
export async function memoryOfRun(question: EstimateQuestion): Promise<EstimateAnswer> {
  const source = import.meta.url.endsWith('.ts');
  const child = fileURLToPath(new URL(`./estimate-child${source ? '.ts' : '.js'}`, import.meta.url));
  const runner = source ? [fileURLToPath(new URL('../bin/ts.mjs', import.meta.url))] : [];
  const { output, end } = await new Promise<{ output: string; end: string }>((resolve) => {
    const started = spawn(process.execPath, [...runner, child, JSON.stringify(question)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const collect = (chunk: Buffer): void => void (text += chunk.toString());
    started.stdout.on('data', collect);
    started.stderr.on('data', collect);
    started.on('error', (error) => resolve({ output: text, end: error.message }));
    started.on('close', (code, signal) => resolve({ output: text, end: signal ?? `exit code ${code}` }));
  });
  const line = output.split('\n').findLast((text) => text.startsWith('{"memory":'));
  return line ? (JSON.parse(line) as { memory: EstimateAnswer }).memory : { reason: `its process ended with ${end}: ${output.trim().split('\n').at(-1) || 'no output'}` };
}
