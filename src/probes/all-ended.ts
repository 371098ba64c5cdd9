/** Waits for all, also when one throws: each has something to clean up. Then throws what was thrown first. */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(work)) {
    if (end.status === 'rejected') throw end.reason;
  }
}
