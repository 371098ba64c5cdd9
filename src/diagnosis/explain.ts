import { refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Finding, LayerId } from '../layers/layer.ts';
import { rankOf } from '../layers/precedence.ts';
import type { Problem } from '../layers/problems.ts';
import { type Fault, height } from './faults.ts';
import { isConfined } from './scope.ts';

/** Faults that are somebody's doing or mistake: nothing broken further down brings them about. */
const independent: ReadonlySet<Problem> = new Set([
  'missing',
  'scaled-to-zero',
  'wrong-address',
  'wrong-selector',
  'wrong-ports',
  'image-pull',
  'instance-missing',
  'decryption-failed',
  'build-failed',
  'dependency-missing',
  'apply-failed',
  'release-pending',
  'namespace-terminating',
  'conflict',
  'certificate-expiring',
  'clock-skew',
  'drift',
]);

/** Known texts that name a mistake of their own: bad Corefile, forwarding loop, memory limit, credentials, missing tag. */
const ownMistakes: ReadonlySet<string> = new Set(['S33', 'S40', 'S43', 'S60', 'S62']);

/** Whether repairing `cause` can be expected to end `fault`. Never true in both directions. */
export function explains(snapshot: Snapshot, cause: Fault, fault: Fault): boolean {
  if (cause === fault) return false;
  if (cause.finding.problem === 'dns-cycle' && isNameless(fault.finding)) return true;
  if (fault.finding.problem === 'dns-cycle' && isNameless(cause.finding)) return false;
  if (isCharge(fault) && !isCharge(cause) && cause.home === fault.home) return true;
  const climb = height(fault.home) - height(cause.home);
  if (climb === 0) return isCharge(cause) === isCharge(fault) && explainsBeside(snapshot, cause, fault);
  if (climb < 0) return fault.finding.problem === 'api-unavailable' && isCarrier(cause);
  if (isSameWebhook(cause.finding, fault.finding)) return true;
  if (cause.finding.problem === 'api-unavailable') return fault.finding.problem === 'namespace-terminating';
  if (isLockOf(cause.finding, fault.finding)) return true;
  if (isIndependent(fault.finding)) return false;
  if (cause.scope !== null) return isConfined(snapshot, fault.finding, cause.scope);
  return cause.finding.severity === 'critical';
}

/** A symptom seen elsewhere. Something done elsewhere, such as a lock on a release, is a fact about its home instead. */
export function isCharge(fault: Fault): boolean {
  return fault.layer !== fault.home && !isIndependent(fault.finding);
}

function isIndependent({ problem, signature }: Finding): boolean {
  return independent.has(problem) || (signature !== null && ownMistakes.has(signature));
}

/** The backend of an aggregated API is a pod like any other. */
const carriers: readonly LayerId[] = ['nodes', 'cni', 'pod-network', 'dns', 'service-discovery'];

function isCarrier(cause: Fault): boolean {
  return carriers.includes(cause.home) && cause.finding.severity === 'critical';
}

function isSameWebhook(a: Finding, b: Finding): boolean {
  if (a.problem !== 'webhook-blocks' || b.problem !== 'webhook-blocks') return false;
  return a.object !== null && b.object !== null && refText(a.object) === refText(b.object);
}

/** Fails for want of a name that the nodes could not resolve, as a pull does. */
function isNameless({ problem, signature, message }: Finding): boolean {
  if (problem === 'dns-cycle') return false;
  return signature === 'S83' || (problem === 'image-pull' && /\blookup \S+|ImagePull/i.test(message));
}

/** The release of something that is gone is locked: one story, told once. */
function isLockOf(cause: Finding, fault: Finding): boolean {
  if (cause.problem !== 'missing' || fault.problem !== 'release-pending') return false;
  return fault.object?.kind === 'Release' && fault.object.name === cause.object?.name;
}

/** Two faults of one layer. Applications fail each for themselves, except those that wait for another. */
function explainsBeside(snapshot: Snapshot, cause: Fault, fault: Fault): boolean {
  const [a, b] = [cause.finding, fault.finding];
  if (cause.home === 'apps') {
    return b.problem === 'dependency-not-ready' && a.problem !== 'dependency-not-ready';
  }
  if (!isBefore(a, b) || isKubeProxy(a) !== isKubeProxy(b)) return false;
  const { scope } = cause;
  if (a.problem === b.problem || isLockOf(a, b)) return true;
  if (cause.home === 'nodes') return scope === null || isConfined(snapshot, b, scope);
  if (isIndependent(b) && !(a.problem === 'webhook-blocks')) return false;
  return scope === null || b.nodes === null || isConfined(snapshot, b, scope);
}

function isKubeProxy(finding: Finding): boolean {
  return finding.object?.name === 'kube-proxy';
}

/** A total order within a layer, so that two faults never explain each other. */
function isBefore(a: Finding, b: Finding): boolean {
  const grave = Number(a.severity !== 'critical') - Number(b.severity !== 'critical');
  const order = grave || rankOf(a.problem) - rankOf(b.problem);
  return order === 0 ? textOf(a) < textOf(b) : order < 0;
}

function textOf(finding: Finding): string {
  return `${finding.object === null ? '' : refText(finding.object)} ${finding.message}`;
}
