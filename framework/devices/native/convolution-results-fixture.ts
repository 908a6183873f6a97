// Prints how far Ablate's convolutions are from the library's, for the test that asks this of other vectors than this
// processor's widest.
import { useDevice } from '../devices.ts';
import { compareWithLibrary, convolutionCases, type Comparison } from './convolution-cases-fixture.ts';
import { loadedNative } from './load-native.ts';

/** What this program prints: which vectors the kernels took, and how far each case is from the library. */
export interface ConvolutionResults {
  readonly vectors: string | undefined;
  readonly results: readonly Comparison[];
}

await useDevice('tensorflow');
const answer: ConvolutionResults = {
  vectors: loadedNative()!.kernels.convolutions,
  results: convolutionCases.map(compareWithLibrary),
};
process.stdout.write(JSON.stringify(answer));
