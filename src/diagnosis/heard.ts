import type { Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { fluxControllers } from '../layers/flux-controllers.ts';
import { compare, finding, named } from '../layers/judgement.ts';
import type { Finding, LayerId } from '../layers/layer.ts';
import { type LoggedFailure, loggedFailures } from '../layers/log-lines.ts';
import { podsMatching } from '../layers/pods.ts';
import type { Rooted } from './roots.ts';

/** A lookup or a connection of a Flux controller that got no answer, in the words of its own log. */
const cutOff: ReadonlySet<string> = new Set(['S35', 'S45', 'S46', 'S48', 'S55']);
/** Lookups only: what proves a fault of name resolution that nothing else shows. */
const nameless: ReadonlySet<string> = new Set(['S45', 'S46', 'S48']);
const beneath: readonly LayerId[] = ['nodes', 'cni', 'pod-network', 'dns', 'service-discovery'];
const naming: readonly LayerId[] = ['dns', 'service-discovery'];
/** Clocks of nodes differ, and a root may be noticed a little after it began. */
const LEEWAY = 60_000;

/** What controllers of Flux wrote about the fault below them, the newest line of each. */
export interface Heard {
  readonly findings: readonly [Finding, ...Finding[]];
  /** The lines prove the fault even where it was only concluded. */
  readonly isProof: boolean;
}

/**
 * The link between applications and a fault in the network or in DNS: while their objects still say that they are at work,
 * only the logs of the controllers tell what they wait for. Null when nothing was read, or the fault is none of these.
 */
export function heardFromFlux(snapshot: Snapshot, { fault }: Rooted): Heard | null {
  if (snapshot.logs.length === 0 || !beneath.includes(fault.home)) return null;
  if (fault.finding.severity !== 'critical') return null;
  const from = (fault.finding.since ?? snapshot.now - LEEWAY) - LEEWAY;
  const lines = fluxControllers(snapshot).flatMap(({ name, deployment }) => {
    const pods = podsMatching(snapshot, snapshot.fluxNamespace, deployment?.spec?.selector?.matchLabels);
    const line = newest(snapshot, pods, from);
    return line === null ? [] : [{ name, line }];
  });
  lines.sort((a, b) => b.line.at - a.line.at || compare(a.name, b.name));
  const [first, ...more] = lines.map(({ name, line }) =>
    finding({
      problem: 'not-reconciled',
      severity: 'warning',
      object: named('Deployment', snapshot.fluxNamespace, name),
      message: line.text,
      signature: line.match.id,
      since: line.at,
    }),
  );
  if (first === undefined) return null;
  const isProof = naming.includes(fault.home) && lines.some(({ line }) => nameless.has(line.match.id));
  return { findings: [first, ...more], isProof };
}

function newest(snapshot: Snapshot, pods: readonly Pod[], from: number): LoggedFailure | null {
  const found = pods
    .flatMap(pod => loggedFailures(snapshot, pod))
    .filter(one => cutOff.has(one.match.id) && one.at >= from);
  return found.reduce<LoggedFailure | null>(
    (best, one) => (best !== null && best.at >= one.at ? best : one),
    null,
  );
}
