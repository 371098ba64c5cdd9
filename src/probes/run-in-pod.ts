import type { Pod } from '../cluster/kinds.ts';
import { deadline } from '../kube/abort.ts';
import type { ExecInPod } from '../kube/exec.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Asking } from './probe-options.ts';

export interface PodCommand {
  readonly pod: Pod;
  readonly container: string;
  readonly command: readonly string[];
  readonly ms: number;
  /** The flag of `manifests rbac` that says where such pods live. */
  readonly whereFlag: keyof typeof usualPlaces;
}

/** `absent`: the image has no such program. `untold`: it was not run, or not to its end, and says nothing of the cluster. */
export type RunInPod =
  | { readonly state: 'ran'; readonly output: string; readonly succeeded: boolean }
  | { readonly state: 'absent' }
  | { readonly state: 'untold'; readonly why: Safe };

const usualPlaces = { 'flux-namespace': 'flux-system', 'cni-namespace': 'kube-system' } as const;
const NO_SUCH_PROGRAM = /executable file .*not found|no such file or directory/i;

/** Runs a command in a container of a running pod. A refusal says what was not allowed, and which role allows it. */
export async function runInPod(
  { signal }: Asking,
  exec: ExecInPod,
  { pod, container, command, ms, whereFlag }: PodCommand,
): Promise<RunInPod> {
  const limit = deadline(ms, signal);
  const { namespace = '', name } = pod.metadata;
  try {
    const ran = await exec({ namespace, pod: name, container, command }, limit.signal);
    if (!ran.ok)
      return { state: 'untold', why: ran.status === 403 ? refusal(namespace, whereFlag) : ran.message };
    // Most runtimes say it as the error of the command, some as its output.
    const isAbsent = !ran.succeeded && NO_SUCH_PROGRAM.test(ran.why === '' ? ran.output : ran.why);
    return isAbsent ? { state: 'absent' } : { state: 'ran', output: ran.output, succeeded: ran.succeeded };
  } finally {
    limit.done();
  }
}

function refusal(namespace: string, whereFlag: PodCommand['whereFlag']): Safe {
  const where =
    namespace === usualPlaces[whereFlag] ? say`` : say` --${field(whereFlag)} ${field(namespace)}`;
  return say`you may not get and create pods/exec in ${field(namespace)}; groundup manifests rbac prober --probe-exec${where} prints a role that may`;
}
