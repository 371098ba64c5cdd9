/** Listens for the signals helm minds. A hang-up is not among them: it kills, and the release stays pending. */
export function onInterrupt(cancelled: () => void): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} {
  const control = new AbortController();
  const heard = (): void => {
    if (control.signal.aborted) return;
    cancelled();
    control.abort();
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return {
    signal: control.signal,
    stop: () => {
      process.off('SIGINT', heard);
      process.off('SIGTERM', heard);
    },
  };
}
