import { say } from '../text/safe.ts';
import { pause } from './abort.ts';
import { type Failure, failure } from './failure.ts';
import type { Limits } from './limits.ts';
import { type Readyz, readReadyz } from './readyz.ts';
import { steadyPulses } from './steady-pulse.ts';
import type { Answer, Transport } from './transport.ts';

/** What one look at the API server found. `refusal`: it answers, but not to us, or says that it is not well. */
export type Pulse =
  | { readonly reached: true; readonly readyz: Readyz | null; readonly refusal: Failure | null }
  | { readonly reached: false; readonly failure: Failure };

export interface Liveness {
  /** Looks now instead of at the next beat. */
  readonly kick: () => void;
  readonly ended: Promise<void>;
}

/**
 * Asks `/readyz?verbose` at a steady beat. A miss is followed at once by a second question that needs nothing
 * behind the API server (`/version`): two misses mean that nobody is there, while one miss alone means that the
 * server lives and something behind it, such as etcd, hangs.
 */
export function openLiveness(
  transport: Transport,
  limits: Limits,
  signal: AbortSignal,
  onPulse: (pulse: Pulse) => void,
): Liveness {
  const sleep = pause();
  const steady = steadyPulses(() => performance.now(), limits.answersFor);
  let again = false;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      again = false;
      const pulse = steady(await feel(transport, limits, signal));
      if (signal.aborted) return;
      onPulse(pulse);
      const wait = pulse.reached ? limits.heartbeat : limits.retryUnreached;
      if (!again || !pulse.reached) await sleep.rest(wait, signal);
    }
  };
  return {
    kick: () => {
      again = true;
      sleep.wake();
    },
    ended: run(),
  };
}

async function feel(transport: Transport, limits: Limits, signal: AbortSignal): Promise<Pulse> {
  const deadlineMs = limits.heartbeatDeadline;
  const first = await askReadyz(transport, deadlineMs, signal);
  if (answered(first)) return pulseOf(first);
  const second = await transport.request('GET', '/version', { deadlineMs, signal, accept: '*/*' });
  if (!answered(second)) return { reached: false, failure: second };
  const slow = await askReadyz(transport, deadlineMs * 2, signal);
  if (answered(slow)) return pulseOf(slow);
  const refusal = failure(
    'timeout',
    say`The API server answers, but its readiness check does not: something behind it, most often etcd, hangs. Look at etcd on the control-plane machines.`,
  );
  return { reached: true, readyz: null, refusal };
}

function askReadyz(transport: Transport, deadlineMs: number, signal: AbortSignal): Promise<Answer | Failure> {
  return transport.request('GET', '/readyz', {
    query: { verbose: '' },
    accept: 'text/plain, */*',
    deadlineMs,
    signal,
  });
}

/** An answer with a status is an answer, whatever it says. */
function answered(reply: Answer | Failure): reply is Answer | (Failure & { readonly status: number }) {
  return reply.ok || reply.status !== null;
}

function pulseOf(reply: Answer | Failure): Pulse {
  if (reply.ok) {
    const found = readReadyz(reply.text);
    const isPage = found === null && reply.text.trimStart().startsWith('<');
    return { reached: true, readyz: found, refusal: isPage ? stranger : null };
  }
  if (reply.status === 404) return { reached: true, readyz: null, refusal: null };
  const readyz = readReadyz(reply.text ?? '');
  return { reached: true, readyz, refusal: readyz === null ? reply : null };
}

const stranger = failure(
  'parse',
  say`What answers is not an API server: its readiness page is a web page (text/html). Check the server address, and any proxy or login page in between.`,
  { status: 200 },
);
