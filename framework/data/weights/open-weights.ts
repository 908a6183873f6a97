import { open } from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { openSafetensors } from '../embeddings/open-safetensors.ts';
import type { ArrayFile } from '../embeddings/stored-array.ts';
import { fileKindClause } from '../files/file-kind.ts';
import { openTorchLegacy, openTorchZip } from './open-torch.ts';

/**
 * Opens a file of weights for reading, whatever wrote it: safetensors, or PyTorch's `torch.save` in either of its
 * formats. What it is, its first bytes say; a safetensors file begins with the length of its header.
 *
 * @throws AblateError DATA_INVALID
 */
export async function openWeights(file: string): Promise<ArrayFile> {
  const start = Buffer.alloc(512);
  const handle = await open(file);
  const { bytesRead } = await handle.read(start, 0, start.length, 0).finally(() => handle.close());
  const head = start.subarray(0, bytesRead);
  if (head[8] === 0x7b && head.readBigUInt64LE() < 2 ** 32) return openSafetensors(file);
  if (head.toString('latin1', 0, 2) === 'PK') return openTorchZip(file);
  if (head[0] === 0x80 && head[1] === 2) return openTorchLegacy(file);
  // Cut short or damaged: the reader of the format says how.
  if (file.endsWith('.safetensors')) return openSafetensors(file);
  throw new AblateError(
    'DATA_INVALID',
    `${file} is neither a safetensors file nor one of PyTorch's${fileKindClause(head)}.`,
    {
      remedy:
        "In Python: safetensors.torch.save_file(model.state_dict(), 'model.safetensors'), or torch.save(model.state_dict(), 'model.pth')",
    },
  );
}
