import type { Pod } from '../../cluster/kinds.ts';
import { type Safe, say } from '../../text/safe.ts';
import { type Fact, fact } from './fact.ts';

type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];
type State = NonNullable<Status['state']>;

/** Where a pod runs, and for each container what it does now, why it stopped last, and from which image. */
export function podFacts(pod: Pod): readonly Fact[] {
  const { spec, status } = pod;
  const node = spec?.nodeName;
  const where =
    node === undefined
      ? fact(say`on no node yet`, 'warn')
      : fact(say`on node ${node}`, 'dim', 0, {
          note: status?.podIP === undefined ? ('' as Safe) : say`address ${status.podIP}`,
          link: { kind: 'Node' as Safe, namespace: null, name: node },
        });
  const init = status?.initContainerStatuses ?? [];
  const main = status?.containerStatuses ?? [];
  const missing = (spec?.containers ?? []).filter(({ name }) => !main.some(one => one.name === name));
  const all = [
    ...init.flatMap(one => containerFacts(one, say`init container`)),
    ...main.flatMap(one => containerFacts(one, say`container`)),
    ...missing.map(one =>
      fact(say`${one.name ?? ('?' as Safe)}: not started`, 'warn', 2, imageOf(one.image)),
    ),
  ];
  return [where, ...(all.length === 0 ? [] : [fact(say`Containers`, 'strong'), ...all])];
}

function containerFacts(status: Status, kind: Safe): readonly Fact[] {
  const { name = '?' as Safe, restartCount = 0, lastState } = status;
  const now = stateOf(status.state ?? {}, status.ready === true, kind);
  const restarts =
    restartCount === 0
      ? ('' as Safe)
      : restartCount === 1
        ? say`, 1 restart`
        : say`, ${restartCount} restarts`;
  const facts = [
    fact(say`${name}: ${now.text}${restarts}`, now.tone, 2, { ...imageOf(status.image), since: now.since }),
  ];
  if (now.message !== undefined && now.message !== '') facts.push(fact(now.message, 'plain', 4));
  const last = lastState?.terminated;
  if (last !== undefined) {
    const code = last.exitCode === undefined ? ('' as Safe) : say`, exit ${last.exitCode}`;
    facts.push(
      fact(say`before: ${last.reason ?? say`ended`}${code}`, 'warn', 4, { since: last.finishedAt ?? null }),
    );
    if (last.message !== undefined && last.message !== '') facts.push(fact(last.message, 'dim', 4));
  }
  return facts;
}

interface Doing {
  readonly text: Safe;
  readonly tone: Fact['tone'];
  readonly since: number | null;
  readonly message?: Safe | undefined;
}

function stateOf({ waiting, running, terminated }: State, isReady: boolean, kind: Safe): Doing {
  if (waiting !== undefined)
    return { text: waiting.reason ?? say`waiting`, tone: 'bad', since: null, message: waiting.message };
  if (terminated !== undefined) {
    const code = terminated.exitCode ?? 0;
    const word = terminated.reason ?? say`ended`;
    return {
      text: code === 0 ? say`${kind} ended: ${word}` : say`${word}, exit ${code}`,
      tone: code === 0 ? 'dim' : 'bad',
      since: terminated.finishedAt ?? null,
      message: terminated.message,
    };
  }
  if (running === undefined) return { text: say`no state yet`, tone: 'unknown', since: null };
  return {
    text: isReady ? say`running` : say`running, not ready`,
    tone: isReady ? 'ok' : 'warn',
    since: running.startedAt ?? null,
  };
}

function imageOf(image: Safe | undefined): { readonly note?: Safe } {
  return image === undefined || image === '' ? {} : { note: image };
}
