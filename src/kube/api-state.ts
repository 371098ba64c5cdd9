import type { ApiFacts, StreamReason } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { certificateExpiry } from './certificates.ts';
import type { ClusterClock } from './cluster-clock.ts';
import type { Failure } from './failure.ts';
import { isRecord } from './kubeconfig-file.ts';
import type { Pulse } from './liveness.ts';
import { sameReadyz } from './readyz.ts';

/** How the reachability of the API server moved with one pulse. `regained`: it answers us again after it refused. */
export type Turn = 'same' | 'lost' | 'back' | 'regained';

/** Collects what the API server says of itself. `onChange` is not called for `lastReplyAt` alone: it moves all the time. */
export interface ApiState {
  readonly current: () => ApiFacts;
  readonly pulse: (pulse: Pulse) => Turn;
  readonly version: (json: unknown) => void;
  readonly reply: (date: string | undefined, roundTripMs: number) => void;
  readonly serverCertificate: (expires: number) => void;
  readonly clientCertificate: (pem: string | null) => void;
}

/** `speed`: of a simulated cluster's time; a stall of this machine puts its clock so many times further out. */
export function apiState(server: string, clock: ClusterClock, onChange: () => void, speed = 1): ApiState {
  let facts: ApiFacts = {
    reach: 'connecting',
    failure: null,
    server: field(withoutCredentials(server)),
    version: null,
    readyz: null,
    lastReplyAt: null,
    serverCertificateExpires: null,
    clientCertificateExpires: null,
    clockSkew: null,
  };
  const set = (next: Partial<ApiFacts>): void => {
    facts = { ...facts, ...next };
    onChange();
  };
  const failed = (reason: StreamReason, message: Safe): ApiFacts['failure'] => ({
    reason,
    message,
    since: facts.failure?.reason === reason ? facts.failure.since : clock.now(),
  });
  const reached = (readyz: ApiFacts['readyz'], refusal: Failure | null): Turn => {
    const was = facts;
    const failure = refusal === null ? null : failed(refusal.reason, refusal.message);
    const isSame =
      was.reach === 'reached' && sameReadyz(was.readyz, readyz) && was.failure?.message === failure?.message;
    if (isSame) return 'same';
    set({ reach: 'reached', readyz, failure });
    if (was.reach === 'unreached') return 'back';
    return failure === null && was.failure !== null ? 'regained' : 'same';
  };
  return {
    current: () => facts,
    pulse: pulse => {
      if (pulse.reached) return reached(pulse.readyz, pulse.refusal);
      const { reason, message } = pulse.failure;
      const wasLost = facts.reach === 'unreached';
      if (wasLost && facts.failure?.message === message) return 'same';
      set({ reach: 'unreached', failure: failed(reason, message), readyz: null });
      return wasLost ? 'same' : 'lost';
    },
    version: json => {
      const text = isRecord(json) && typeof json.gitVersion === 'string' ? field(json.gitVersion) : null;
      if (text !== null && text !== facts.version) set({ version: text });
    },
    reply: (date, roundTripMs) => {
      const moved = clock.note(date, roundTripMs);
      const skew = clock.skew();
      const clockSkew = skew === null ? null : Math.round(skew / speed);
      facts = { ...facts, lastReplyAt: clock.now(), clockSkew };
      if (moved) onChange();
    },
    serverCertificate: expires => {
      if (expires !== facts.serverCertificateExpires) set({ serverCertificateExpires: expires });
    },
    clientCertificate: pem => {
      const expires = certificateExpiry(pem);
      if (expires !== facts.clientCertificateExpires) set({ clientCertificateExpires: expires });
    },
  };
}

/** Credentials in the address work, but they are nothing to show. */
export function withoutCredentials(server: string): string {
  return server.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}
