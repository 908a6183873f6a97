/** Gives what `build` makes of something opened, such as images; where it fails, that is closed. */
export async function closeOnFailure<C extends { close?(): Promise<void> }, T>(
  opened: C,
  build: (opened: C) => Promise<T>,
): Promise<T> {
  try {
    return await build(opened);
  } catch (error) {
    await opened.close?.();
    throw error;
  }
}
