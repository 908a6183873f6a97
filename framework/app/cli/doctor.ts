import type { Command } from 'commander';
import { deviceNames } from '../../contracts/device.ts';
import { machineFacts, type MachineFacts } from '../../devices/machine-facts.ts';
import { probe, type Probe } from '../../devices/probe.ts';
import { mlflowAnswer, type MlflowAnswer } from '../../records/sync/mlflow-answer.ts';
import { frameworkVersion } from '../../base/system/version.ts';

/** What `ablate doctor --json` prints. */
interface Diagnosis extends MachineFacts {
  readonly ablate: string;
  readonly devices: readonly Probe[];
  /** The device that a run takes where it names none; null where none works. */
  readonly chosen: string | null;
  /** Null where no address is given. */
  readonly mlflow: MlflowAnswer | null;
}

/**
 * Registers `ablate doctor`: what works on this machine, what does not, why, and what to type. Exit code 1 where no
 * device works.
 */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Train a tiny net on every device, ask the MLflow server, and say what works, what does not and how to mend it.',
    )
    .option('--mlflow <url>', 'MLflow tracking server (default: MLFLOW_TRACKING_URI)')
    .option('--json', 'print one JSON document')
    .action(async (options: { mlflow?: string; json?: boolean }) => {
      const diagnosis = await diagnose(options.mlflow ?? process.env.MLFLOW_TRACKING_URI);
      process.stdout.write(
        options.json ? `${JSON.stringify(diagnosis, (_, value: unknown) => value ?? null, 2)}\n` : describe(diagnosis),
      );
      if (diagnosis.chosen === null) process.exitCode = 1;
    });
}

async function diagnose(mlflow: string | undefined): Promise<Diagnosis> {
  const devices: Probe[] = [];
  // One after the other: probes that share the processors would show each other's time.
  for (const name of deviceNames) devices.push(await probe(name));
  const chosen = devices.find(({ works }) => works)?.name ?? null;
  return {
    ablate: frameworkVersion,
    ...machineFacts(),
    devices,
    chosen,
    mlflow: mlflow ? await mlflowAnswer(mlflow) : null,
  };
}

function describe(diagnosis: Diagnosis): string {
  const { devices, chosen, mlflow, cache, freeDiskBytes } = diagnosis;
  const width = Math.max(...deviceNames.map((name) => name.length));
  const row = (works: boolean, name: string, text: string, remedy: string | undefined): string[] => [
    `  ${works ? '✓' : '✗'} ${name.padEnd(width)}  ${text}`,
    ...(remedy ? [`    ${' '.repeat(width)}  → ${remedy}`] : []),
  ];
  return [
    'Devices, best first (a tiny training step on each)',
    ...devices.flatMap(({ name, works, description, milliseconds, reason, remedy }) =>
      row(
        works,
        name,
        works ? `${description}; ${milliseconds!.toFixed(1)} ms a step${name === chosen ? '  ← chosen' : ''}` : reason!,
        remedy,
      ),
    ),
    '',
    'Tracking',
    ...(mlflow
      ? row(
          mlflow.works,
          'mlflow',
          mlflow.works
            ? `${mlflow.url} answers, version ${mlflow.version ?? 'unknown'}`
            : `${mlflow.url}: ${mlflow.reason}`,
          mlflow.remedy,
        )
      : [
          `  – ${'mlflow'.padEnd(width)}  no address (set MLFLOW_TRACKING_URI, or type --mlflow URL); runs are kept in their folders`,
        ]),
    '',
    'Machine',
    `  Ablate ${diagnosis.ablate}, Node.js ${diagnosis.node}, ${diagnosis.platform}, ${diagnosis.processors} processors, ${gigabytes(diagnosis.memoryBytes)} of memory`,
    `  cache ${cache.directory}: ${gigabytes(cache.bytes)}`,
    ...(freeDiskBytes === undefined ? [] : [`  free on this disk: ${gigabytes(freeDiskBytes)}`]),
    '',
  ].join('\n');
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
