import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** Operations' version that today's runtimes know. */
const opset = '17';

const packages = ['tensorflow', 'tf2onnx', 'onnxruntime'] as const;

const remedy = `Type: pip install tf2onnx tensorflow-cpu onnxruntime, and name that Python by ABLATE_PYTHON where it is not python3; or export with --format saved-model.`;

/**
 * Runs images from a file through the model and writes the embeddings: both raw float32, and the shape of the images.
 */
const infer = `
import sys, numpy, onnxruntime
model, source, target, *shape = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
images = numpy.fromfile(source, numpy.float32).reshape([int(side) for side in shape])
session.run(["embedding"], {"images": images})[0].astype(numpy.float32).tofile(target)
`;

const call = promisify(execFile);

/** The Python that converts. */
const python = (): string => process.env['ABLATE_PYTHON'] ?? 'python3';

/** Python looks for modules in the working folder first, where anybody may have left one. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, PYTHONSAFEPATH: '1' });

async function callPython(args: readonly string[], doing: string): Promise<void> {
  try {
    await call(python(), [...args], {
      maxBuffer: 2 ** 26,
      env: { ...environment(), TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
    });
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    throw new AblateError('EXPORT_UNSUPPORTED', `${doing} failed: ${stderr.trim().split('\n').at(-1) || message}.`, {
      cause,
      remedy: 'Export with --format saved-model.',
    });
  }
}

/**
 * Says why a model cannot be converted here, before any work is done.
 *
 * @throws AblateError EXPORT_UNSUPPORTED where Python or one of its packages is missing
 */
export async function requireOnnxConverter(): Promise<void> {
  const script = `import importlib.util, sys; print(" ".join(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))`;
  const answer = await call(python(), ['-c', script, ...packages], { env: environment() }).catch((cause: Error) => {
    throw new AblateError(
      'EXPORT_UNSUPPORTED',
      `ONNX is written by Python's tf2onnx, and ${python()} does not run: ${cause.message.split('\n')[0]}.`,
      { cause, remedy },
    );
  });
  const missing = answer.stdout.trim();
  if (missing !== '')
    throw new AblateError(
      'EXPORT_UNSUPPORTED',
      `ONNX is written by Python's tf2onnx, and ${python()} has no ${missing.split(' ').join(', ')}.`,
      { remedy },
    );
}

/**
 * Converts a SavedModel to `model.onnx`, whose names stay `images` and `embedding`. @throws AblateError
 * EXPORT_UNSUPPORTED
 */
export async function convertToOnnx(savedModel: string, file: string): Promise<void> {
  const names = ['--rename-inputs', 'images', '--rename-outputs', 'embedding'];
  await callPython(
    ['-m', 'tf2onnx.convert', '--saved-model', savedModel, '--output', file, '--opset', opset, ...names],
    'The conversion to ONNX',
  );
}

/**
 * Computes the embeddings of `images` (row-major, of `shape`) by an ONNX model, in ONNX Runtime. @throws AblateError
 * EXPORT_UNSUPPORTED
 */
export async function embedByOnnx(
  model: string,
  images: Float32Array,
  shape: readonly number[],
): Promise<Float32Array> {
  const folder = await mkdtemp(join(tmpdir(), 'ablate-onnx-'));
  try {
    const [source, target] = [join(folder, 'images'), join(folder, 'embeddings')];
    await writeFile(source, images);
    await callPython(['-c', infer, model, source, target, ...shape.map(String)], 'The check of the ONNX model');
    const bytes = await readFile(target);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } finally {
    await rm(folder, { recursive: true });
  }
}
