import type { DecodedImages, DecodedPixels } from '../../contracts/decoded-images.ts';

/** Makes a holder of decoded images, empty at first. It holds those of one key, the last. */
export function decodedImages(): DecodedImages {
  let held: { readonly key: string; readonly found: Promise<DecodedPixels> } | undefined;
  return {
    of(key, decode) {
      if (held?.key === key) return held.found;
      // Before others are decoded, so that there is never room taken for both.
      held = undefined;
      const found = decode();
      held = { key, found };
      found.catch(() => {
        if (held?.found === found) held = undefined;
      });
      return found;
    },
  };
}
