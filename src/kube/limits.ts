/** Time limits of watching, ms. Tests shorten them. */
export interface Limits {
  /** A stream without any sign of life for this long is stale. Bookmarks come about once a minute. */
  readonly silence: number;
  /** A watch that ends before this, with nothing said, is treated as an error. */
  readonly shortWatch: number;
  readonly backoffBase: number;
  readonly backoffCap: number;
  /** A watch that lived this long has earned a fresh start of the back-off. */
  readonly steady: number;
  /** What was refused (403) is asked again after this. */
  readonly refusedAgain: number;
  /** What is not served is asked again after this; a change of the definitions asks at once. */
  readonly absentAgain: number;
  /** Until a TCP and TLS connection stands. */
  readonly connect: number;
  /** Until the headers of an answer came. */
  readonly headers: number;
  /** Until an answer came whole, or, of a list, the next MiB. */
  readonly page: number;
  /** Until a credential plugin has finished. */
  readonly plugin: number;
  readonly heartbeat: number;
  readonly heartbeatDeadline: number;
  /** Heartbeat while the API server is not reached. */
  readonly retryUnreached: number;
  /** A server that comes and goes must answer for so long before it counts as back. */
  readonly answersFor: number;
  readonly tableEvery: number;
  readonly tableAtMost: number;
  readonly jitter: number;
  /** At least between two tellings that something changed. */
  readonly newsEvery: number;
  /** Until it is told that nothing changed but time, after which rules that count ages are worked out again. */
  readonly quietNews: number;
  /** Bounds of a watch's `timeoutSeconds`: long enough that 34 watches cost about one request a minute. */
  readonly watchSeconds: readonly [number, number];
}

export const defaultLimits: Limits = {
  silence: 90_000,
  shortWatch: 1_000,
  backoffBase: 800,
  backoffCap: 30_000,
  steady: 10_000,
  refusedAgain: 300_000,
  absentAgain: 1_800_000,
  connect: 5_000,
  headers: 10_000,
  page: 30_000,
  plugin: 10_000,
  heartbeat: 6_000,
  heartbeatDeadline: 3_000,
  retryUnreached: 2_000,
  answersFor: 5_000,
  tableEvery: 120_000,
  tableAtMost: 15_000,
  jitter: 1_000,
  newsEvery: 100,
  quietNews: 5_000,
  watchSeconds: [1_200, 2_400],
};

/** Jitter over the upper half: many streams that fail together must not come back together, and each shall wait. */
export function backoff(attempt: number, limits: Limits, random: () => number = Math.random): number {
  const { backoffBase, backoffCap } = limits;
  const ceiling = Math.min(backoffCap, backoffBase * 2 ** Math.min(attempt, 16));
  const least = Math.max(backoffBase, ceiling / 2);
  return least + random() * (ceiling - least);
}
