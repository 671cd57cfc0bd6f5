const AT_ONCE = 8;

/**
 * Works on some items at a time, since each waits for the disk most of the time, and gives the results in order.
 *
 * @throws the error of the first item that failed
 */
export async function someAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item, at: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const some = items.slice(from, from + AT_ONCE).map((item, at) => work(item, from + at));
    for (const ended of await Promise.allSettled(some)) {
      if (ended.status === 'rejected') throw ended.reason;
      results.push(ended.value);
    }
  }
  return results;
}
