import { signatures } from '../signatures/table.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench, Tried } from './action.ts';
import type { Guide } from './guide.ts';
import { failedLately, failureId } from './tried.ts';

const FIRST = 4;
const words = (line: string): readonly Safe[] => line.split(' ').map(word => field(word));

/** What to type after a failure, by the id of its text; the reader fills in the words in capitals. */
const commands: Readonly<Record<string, readonly string[]>> = {
  S03: ['kubectl get nodes', 'resolvectl status'],
  S06: ['kubectl auth whoami', 'kubectl config view --minify'],
  S74: [
    'helm history RELEASE --namespace NAMESPACE',
    'kubectl --namespace NAMESPACE get secrets --selector owner=helm,name=RELEASE',
  ],
  S76: [
    'helm history RELEASE --namespace NAMESPACE',
    'kubectl --namespace NAMESPACE get secrets --selector owner=helm,name=RELEASE',
  ],
  S77: ['kubectl --namespace NAMESPACE get KIND NAME --output yaml --show-managed-fields'],
  S78: [
    'kubectl --namespace NAMESPACE get pods --output wide',
    'kubectl --namespace NAMESPACE describe pods',
    'kubectl --namespace NAMESPACE get events --sort-by .lastTimestamp',
  ],
  S82: ['kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'],
  S90: ['export ROOT_DIR=REPOSITORY'],
  S91: ['helmfile --file HELMFILE list --skip-charts'],
  S93: ['helmfile --version', 'helm version --short'],
  S94: ['export SOPS_AGE_KEY_FILE=KEYFILE', 'sops decrypt FILE'],
  S98: ['groundup doctor'],
  forbidden: ['kubectl auth whoami', 'kubectl auth can-i --list --namespace NAMESPACE'],
};

/** Advice after what failed lately, the newest failure first: what the failure's text is known to mean. */
export function followUpGuides(bench: Bench): readonly Guide[] {
  const guides = failedLately(bench).flatMap(tried => guideAfter(tried, bench) ?? []);
  return guides.filter((guide, i) => guides.findIndex(one => one.title === guide.title) === i);
}

function guideAfter(tried: Tried, bench: Bench): Guide | null {
  const id = failureId(tried);
  const lines = id === null ? undefined : commands[id];
  if (id === null || lines === undefined) return null;
  const advice =
    id === 'forbidden'
      ? say`ask for the permission that the tool lacked`
      : field(signatures.get(id)?.remedy ?? '');
  const release = bench.workshop.repository?.releases?.find(one => one.name === tried.target);
  const known: Readonly<Record<string, string | undefined>> = {
    RELEASE: release?.name,
    NAMESPACE: release?.namespace,
    REPOSITORY: bench.workshop.repository?.root,
    HELMFILE: bench.workshop.repository?.helmfile ?? undefined,
  };
  return {
    title: say`after the failure: ${advice}`,
    rank: FIRST,
    commands: () =>
      lines.map(line =>
        words(line).map(word => field(word.replace(/[A-Z]{4,}(?=$|,)/g, name => known[name] ?? name))),
      ),
  };
}
