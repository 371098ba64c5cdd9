import type { Snapshot } from '../cluster/snapshot.ts';
import { finding } from '../layers/judgement.ts';
import type { Finding } from '../layers/layer.ts';
import { calmAge } from '../text/age.ts';
import { say } from '../text/safe.ts';

/** When the server's readiness checks began to fail, each time in the last minutes. */
export interface ReadyzMemory {
  readonly isReady: boolean;
  readonly falls: readonly number[];
}

const WINDOW = 600_000;
/** Two restarts of a server fall as often; more is a server that does not cope. */
const OFTEN = 3;

/** What is to be remembered after this look; undefined while the checks were never read. */
export function rememberReadyz(
  snapshot: Snapshot,
  before: ReadyzMemory | undefined,
): ReadyzMemory | undefined {
  const { readyz } = snapshot.api;
  if (readyz === null) return before;
  const isReady = readyz.failed.length === 0;
  const kept = (before?.falls ?? []).filter(at => snapshot.now - at < WINDOW);
  const isFall = !isReady && before?.isReady === true;
  const falls = isFall ? [...kept, snapshot.now] : kept;
  const isSame = before?.isReady === isReady && before.falls.length === falls.length;
  return isSame && !isFall ? before : { isReady, falls };
}

/** Checks that fail again and again and pass in between: a server with more to do than it can, however it looks just now. */
export function flappingReadyz(snapshot: Snapshot, memory: ReadyzMemory | undefined): readonly Finding[] {
  const [first] = memory?.falls ?? [];
  if (memory === undefined || first === undefined || memory.falls.length < OFTEN) return [];
  return [
    finding({
      problem: 'overloaded',
      severity: 'critical',
      message: say`its readiness checks failed ${memory.falls.length} times in ${calmAge(snapshot.now - first)} and passed in between: it has more to do than it can. Do not add load`,
      since: first,
    }),
  ];
}
