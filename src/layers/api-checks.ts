import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge, exactAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { finding, ref } from './judgement.ts';
import type { Finding } from './layer.ts';

const DAY = 86_400_000;

/**
 * The server's own readiness checks that fail, in one finding: they fail together and are repaired together. A page that
 * cannot be had at all, for an error or because it hangs, is a check that failed as well.
 */
export function readyChecks(snapshot: Snapshot): readonly Finding[] {
  const { readyz, failure } = snapshot.api;
  if (readyz === null && (failure?.reason === 'server-error' || failure?.reason === 'timeout'))
    return [finding({ problem: 'check-failed', severity: 'critical', message: failure.message })];
  if (readyz === null || readyz.failed.length === 0) return [];
  const names = join([...readyz.failed].sort(), ', ');
  return [
    finding({
      problem: 'check-failed',
      severity: 'critical',
      message: say`/readyz: ${readyz.passed} ok, failed: ${names}`,
      signature: 'S08',
    }),
  ];
}

/** Under 30 days a note, under 7 a warning, expired critical: it takes a week to get hold of somebody. */
export function certificates(snapshot: Snapshot): readonly Finding[] {
  const { serverCertificateExpires, clientCertificateExpires } = snapshot.api;
  return [
    ...certificate(snapshot.now, say`server certificate`, serverCertificateExpires),
    ...certificate(snapshot.now, say`client certificate of this kubeconfig`, clientCertificateExpires),
  ];
}

function certificate(now: number, name: Safe, expires: number | null): readonly Finding[] {
  if (expires === null || expires - now >= 30 * DAY) return [];
  const left = expires - now;
  const severity = left <= 0 ? 'critical' : left < 7 * DAY ? 'warning' : 'note';
  const message =
    left <= 0 ? say`${name} expired ${calmAge(-left)} ago` : say`${name} expires in ${calmAge(left)}`;
  return [finding({ problem: 'certificate-expiring', severity, message })];
}

/** The earlier of the two expiries; null when neither is known. */
export function shortestCertificate(snapshot: Snapshot): number | null {
  const { serverCertificateExpires: server, clientCertificateExpires: client } = snapshot.api;
  if (server === null || client === null) return server ?? client;
  return Math.min(server, client);
}

/** All ages are corrected by the skew, so a small one is a note; tokens and certificates fail with a large one. */
export function clockSkew(snapshot: Snapshot): readonly Finding[] {
  const skew = snapshot.api.clockSkew ?? 0;
  if (Math.abs(skew) <= 30_000) return [];
  const way = skew > 0 ? field('behind') : field('ahead of');
  return [
    finding({
      problem: 'clock-skew',
      severity: Math.abs(skew) > 120_000 ? 'warning' : 'note',
      message: say`the clock here is ${exactAge(Math.abs(skew))} ${way} the server's`,
    }),
  ];
}

/** Aggregated APIs without a working backend: they break discovery and the deletion of namespaces. */
export function apiServices(snapshot: Snapshot): readonly Finding[] {
  const found: Finding[] = [];
  for (const service of snapshot.streams.apiservices.items.values()) {
    const available = service.status?.conditions?.find(c => c.type === 'Available');
    if (available === undefined || available.status === 'True') continue;
    const reason = available.reason ?? field('not available');
    found.push(
      finding({
        problem: 'api-unavailable',
        severity: 'warning',
        object: ref('APIService', service.metadata),
        message: available.message === undefined ? reason : say`${reason}: ${available.message}`,
        since: available.lastTransitionTime ?? null,
      }),
    );
  }
  return found;
}
