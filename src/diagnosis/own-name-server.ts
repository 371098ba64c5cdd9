import { refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { cycleIn, exposedDns } from '../layers/dns-cycle.ts';
import type { Finding } from '../layers/layer.ts';
import { say } from '../text/safe.ts';
import type { Removal } from './removal.ts';

/**
 * Why the workstation cannot find the API server by name: its name server lives in the cluster that is to be reached.
 * Certain when the failure names the server; a guess from what was last seen of the cluster otherwise.
 */
export function nameServerHere(snapshot: Snapshot, finding: Finding): Removal | null {
  if (finding.problem !== 'unreachable') return null;
  const known = cycleIn(snapshot, finding.message);
  if (known !== null) {
    const server = refText(known.server);
    return {
      cause: say`the name server ${known.address} is ${server} of this very cluster`,
      answer: say`A circle: the name of the API server is asked for at ${known.address}, and that is ${server} of this cluster. Use another resolver or the address itself.`,
      evidence: [finding.message],
    };
  }
  const exposed = snapshot.api.failure?.reason === 'dns' ? exposedDns(snapshot) : null;
  if (exposed === null) return null;
  const server = refText(exposed.server);
  return {
    cause: say`perhaps the name server is ${server} of this very cluster`,
    answer: say`Perhaps a circle: ${server} of this cluster answers for names at ${exposed.address}. Use another resolver or the address itself.`,
    evidence: [],
  };
}
