/**
 * Does some pieces of work, a few at a time, each begun as soon as an earlier one has ended.
 *
 * @returns the results in the order of the pieces, whatever the order they came in
 * @throws what the first piece that fails throws; those under way are not waited for
 */
export async function inOrder<T>(
  count: number,
  atATime: number,
  work: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  const results = new Array<T>(count);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < count && !failed) {
      const index = next++;
      try {
        results[index] = await work(index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, count) }, worker));
  return results;
}
