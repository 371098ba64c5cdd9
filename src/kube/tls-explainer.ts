import { type Safe, say } from '../text/safe.ts';
import { inspectCertificate } from './certificates.ts';
import type { Failure } from './failure.ts';
import type { ClusterEntry } from './kubeconfig-entries.ts';

const LOOK_EVERY = 30_000;

/**
 * Adds to a TLS failure whose certificate the server shows. It looks at most once in 30 s, and never offers to skip
 * verification.
 */
export function tlsExplainer(cluster: ClusterEntry): (failed: Failure, code: string) => Promise<Failure> {
  let seen: { readonly at: number; readonly summary: Promise<Safe | null> } | null = null;
  return async (failed, code) => {
    if (!/^(CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS_CERT)/.test(code)) return failed;
    if (seen === null || performance.now() - seen.at > LOOK_EVERY) {
      const look = inspectCertificate(cluster.server, cluster.tlsServerName);
      seen = { at: performance.now(), summary: look.then(found => found?.summary ?? null) };
    }
    const summary = await seen.summary;
    // Not seen is not known: the next failure looks again.
    if (summary === null) seen = null;
    return summary === null ? failed : { ...failed, message: say`${failed.message} Shown: ${summary}.` };
  };
}
