/**
 * Counts down in one line of a terminal, so that Ctrl-C can stop what would happen at its end. False when it was stopped.
 * `ms`: how long; `what`: what will happen.
 */
export async function countAloud(
  what: string,
  ms: number,
  write: (text: string) => void = text => void process.stdout.write(text),
): Promise<boolean> {
  const until = performance.now() + ms;
  const asked = Promise.withResolvers<void>();
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    asked.resolve();
  };
  process.on('SIGINT', stop);
  try {
    for (;;) {
      const left = until - performance.now();
      if (isStopped || left <= 0) break;
      write(`\r\x1b[KIN ${String(Math.ceil(left / 1000)).padStart(2)} s   ${what}; Ctrl-C stops it`);
      await second(Math.min(1_000, left), asked.promise);
    }
  } finally {
    process.off('SIGINT', stop);
    write('\r\x1b[K');
  }
  return !isStopped;
}

function second(ms: number, stopped: Promise<void>): Promise<void> {
  return new Promise(done => {
    const timer = setTimeout(done, ms);
    void stopped.then(() => {
      clearTimeout(timer);
      done();
    });
  });
}
