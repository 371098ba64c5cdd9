import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { apiServices, certificates, clockSkew, readyChecks, shortestCertificate } from './api-checks.ts';
import { apiOverload } from './api-overload.ts';
import { controlPlaneLeases } from './control-plane-leases.ts';
import { finding, judgement, worst } from './judgement.ts';
import type { Finding, Judgement, Layer, Verdict } from './layer.ts';
import { type Trust, trustOf, unreadable } from './stream-trust.ts';

const watches = ['system-leases', 'node-leases', 'apiservices', 'slices-kubernetes'] as const;

/** The API server and the two control loops behind it: when those stand still, no status above can be believed. */
export const apiLayer: Layer = {
  id: 'api',
  key: 0,
  title: 'API server',
  short: 'API',
  standsOn: null,
  watches,
  judge,
};

function judge(snapshot: Snapshot): Judgement {
  const { api } = snapshot;
  const trust: Trust = { state: 'live', confirmedAt: api.lastReplyAt };
  if (api.reach === 'connecting') {
    return judgement({ verdict: 'unknown', reason: 'waiting', summary: say`connecting`, trust });
  }
  if (api.reach === 'unreached') return unreached(snapshot, trust);
  if (api.failure?.reason === 'unauthorized' || api.failure?.reason === 'credentials') {
    return refused(snapshot, trust);
  }
  if (api.failure?.reason === 'parse') return stranger(api.failure, trust);
  const leases = controlPlaneLeases(snapshot);
  const findings = [
    ...readyChecks(snapshot),
    ...leases.findings,
    ...apiOverload(snapshot),
    ...certificates(snapshot),
    ...clockSkew(snapshot),
    ...apiServices(snapshot),
    ...unreadable(snapshot, ['system-leases', 'apiservices']),
  ];
  const unseen = blindness(snapshot);
  if (unseen !== null && verdictOf(findings) === 'healthy') return unseen;
  const servers = serverCount(snapshot);
  return judgement({
    verdict: verdictOf(findings),
    summary: summary(snapshot, servers, leases.state),
    measure: servers === 0 ? null : { ready: servers, wanted: servers },
    findings,
    trust,
  });
}

/** Nothing answers: that much is certain, however long ago the last answer was. */
function unreached(snapshot: Snapshot, trust: Trust): Judgement {
  const { failure, lastReplyAt, server } = snapshot.api;
  const message = failure === null ? say`does not answer` : failure.message;
  const last = lastReplyAt === null ? say`` : say` · last answer ${calmAge(snapshot.now - lastReplyAt)} ago`;
  const lost = failure?.reason === 'unauthorized' || failure?.reason === 'credentials';
  return judgement({
    verdict: 'down',
    summary: say`${server}: ${message}${last}`,
    findings: [
      finding({
        problem: lost ? 'unauthorized' : 'unreachable',
        severity: 'critical',
        message,
        since: failure?.since ?? lastReplyAt,
      }),
    ],
    trust,
  });
}

/** Something answers that is no API server: a login page, a proxy. What the cluster does is not known then. */
function stranger(failure: NonNullable<Snapshot['api']['failure']>, trust: Trust): Judgement {
  const { message, since } = failure;
  return judgement({
    verdict: 'unknown',
    reason: 'parse',
    summary: message,
    findings: [finding({ problem: 'unreachable', severity: 'critical', message, since })],
    trust,
  });
}

/**
 * An answer alone proves little. Whether the control loops still act is told by their leases: who may not read them, or has not
 * for a while, cannot call the control plane well. (Leases that are known to be absent are another thing.)
 */
function blindness(snapshot: Snapshot): Judgement | null {
  const trust = trustOf(snapshot, ['system-leases']);
  if (trust.state === 'live') return null;
  const { message, confirmedAt } = trust;
  return judgement({
    verdict: 'unknown',
    reason: trust.state === 'stale' ? 'stale' : trust.reason,
    summary:
      trust.state === 'unknown' && trust.reason === 'waiting' ? say`answers` : say`answers, but: ${message}`,
    trust: { state: 'live', confirmedAt },
  });
}

/** Our own credentials fail: the cluster may be well, so this is not knowing rather than down. */
function refused(snapshot: Snapshot, trust: Trust): Judgement {
  const message = snapshot.api.failure?.message ?? say`our credentials are refused`;
  const since = snapshot.api.failure?.since ?? null;
  return judgement({
    verdict: 'unknown',
    reason: 'unauthorized',
    summary: say`refuses our credentials: ${message}`,
    findings: [finding({ problem: 'unauthorized', severity: 'critical', message, since })],
    trust,
  });
}

function verdictOf(findings: readonly Finding[]): Verdict {
  return worst(
    findings.map(f => {
      if (f.severity === 'note') return 'healthy';
      const fatal =
        f.problem === 'writes-fail' || (f.problem === 'check-failed' && /\betcd\b/.test(f.message));
      return fatal ? 'down' : 'degraded';
    }),
  );
}

function summary(snapshot: Snapshot, servers: number, leases: Safe): Safe {
  const { readyz } = snapshot.api;
  const expires = shortestCertificate(snapshot);
  const parts = [servers === 0 ? say`answers` : say`${servers}/${servers} ready`];
  if (readyz !== null) {
    parts.push(readyz.failed.length === 0 ? say`etcd ok` : say`failed: ${join(readyz.failed, ', ')}`);
  }
  parts.push(leases);
  if (expires !== null) parts.push(say`cert ${calmAge(expires - snapshot.now)}`);
  return join(parts, ' · ');
}

function serverCount(snapshot: Snapshot): number {
  const addresses = new Set<string>();
  for (const slice of snapshot.streams['slices-kubernetes'].items.values()) {
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      for (const address of endpoint.addresses ?? []) addresses.add(address);
    }
  }
  return addresses.size;
}
