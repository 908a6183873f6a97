import type { EncodedImages } from './encoded-images.ts';

/** What `build` makes of opened images; where it fails, they are closed. */
export async function closeOnFailure<T>(images: EncodedImages, build: (images: EncodedImages) => Promise<T>): Promise<T> {
  try {
    return await build(images);
  } catch (error) {
    await images.close?.();
    throw error;
  }
}
