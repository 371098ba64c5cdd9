import { defaultLimits, type Limits } from '../../../src/kube/limits.ts';

/** `npm run test:faults` waits as a person would have to; every other run has a fraction of the patience. */
export const isFull = process.env.FAULTS === 'full';

const hasty: Limits = {
  ...defaultLimits,
  silence: 5_000,
  shortWatch: 60,
  backoffBase: 60,
  backoffCap: 1_500,
  steady: 600,
  refusedAgain: 2_000,
  absentAgain: 2_000,
  connect: 2_000,
  headers: 2_500,
  page: 4_000,
  plugin: 2_500,
  heartbeat: 400,
  heartbeatDeadline: 2_000,
  retryUnreached: 150,
  answersFor: 400,
  tableEvery: 4_000,
  tableAtMost: 300,
  jitter: 60,
  quietNews: 250,
};

export const limits: Limits = isFull ? defaultLimits : hasty;

/** How often the simulated API server says that its watches live. */
export const bookmarkMs = isFull ? 55_000 : 1_500;

/** The bound of a row in this run, ms, from that of the matrix: a hasty run has a third of it, but never less than a slow machine needs. */
export function bound(ms: number): number {
  return isFull ? ms : Math.max(ms / 3, 20_000);
}

/** A length of time that the hasty run shortens as well, ms. */
export function time(ms: number): number {
  return isFull ? ms : ms / 20;
}
