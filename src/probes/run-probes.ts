import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { ProbeId, ProbeResult } from '../cluster/probe-results.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { slots } from '../kube/abort.ts';
import { type Safe, say } from '../text/safe.ts';
import { allEnded } from './all-ended.ts';
import { probeAgents, probeByExec } from './exec-probes.ts';
import { probeByForward } from './forward-probe.ts';
import { type FreshService, freshService } from './fresh-service.ts';
import { probeOnNode } from './pod-probe.ts';
import { chooseImage } from './probe-image.ts';
import { PROBE_NAMESPACE, probeNamespace } from './probe-namespace.ts';
import { type Api, type Asking, askingOf, type ProbeOptions } from './probe-options.ts';
import { freshQuestion, questionsFor, scriptOf } from './probe-script.ts';
import { probeByProxy } from './proxy-probe.ts';
import { resultQueue } from './result-queue.ts';
import { sweepProbes } from './sweep.ts';
import { nodesToProbe, type Targets, targetsIn } from './targets.ts';

const usual: readonly ProbeId[] = ['P1', 'P2', 'P6'];
/** Only where commands in pods were opted in: who gives `exec` means them. */
const byExec: readonly ProbeId[] = ['P3', 'P4'];
const AT_ONCE = 5;

/**
 * Runs probes and gives each result as it comes. All of them end by themselves, the pods within 90 s. Whoever stops
 * reading, or ends the signal, ends them too; the iteration is over only when every pod is removed, so finish it before
 * closing the cluster.
 */
export async function* runProbes(
  api: Api,
  snapshot: Snapshot,
  options: ProbeOptions,
): AsyncGenerator<ProbeResult, void, void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  options.signal.addEventListener('abort', end, { once: true });
  if (options.signal.aborted) end();
  const queue = resultQueue();
  const work = everything(askingOf(api, options, stop.signal), snapshot, options, result => {
    if (!stop.signal.aborted) queue.push(result);
  }).finally(queue.close);
  // It is awaited below; until then a slow reader must not make its failure an unhandled one.
  work.catch(() => undefined);
  try {
    yield* queue.results();
    await work;
  } finally {
    end();
    options.signal.removeEventListener('abort', end);
    await work;
  }
}

type Give = (result: ProbeResult) => void;

async function everything(
  asking: Asking,
  snapshot: Snapshot,
  options: ProbeOptions,
  give: Give,
): Promise<void> {
  if (asking.signal.aborted) return;
  const { forward, exec } = options;
  const which = new Set(options.which ?? (exec === undefined ? usual : [...usual, ...byExec]));
  const targets = targetsIn(snapshot);
  const none = (id: ProbeId, message: Safe): void =>
    give({
      id,
      target: say`CoreDNS`,
      node: null,
      at: asking.now(),
      ok: null,
      message,
      evidence: [],
      answers: [],
    });
  const work: Promise<void>[] = [];
  for (const id of ['P1', 'P2'] as const) {
    if (which.has(id) && targets.dnsPods.length === 0) none(id, say`no CoreDNS pod runs that could be asked`);
  }
  for (const pod of targets.dnsPods) {
    if (which.has('P1')) work.push(probeByProxy(asking, pod).then(give));
    if (which.has('P2') && forward !== undefined)
      work.push(probeByForward(asking, forward, pod, targets).then(give));
  }
  if (which.has('P3') && exec !== undefined)
    work.push(probeByExec(asking, exec, snapshot, targets).then(give));
  if (which.has('P4') && exec !== undefined)
    work.push(probeAgents(asking, exec, snapshot).then(found => found.forEach(give)));
  if (which.has('P6')) work.push(onNodes(asking, snapshot, targets, options, give));
  await allEnded(work);
}

async function onNodes(
  asking: Asking,
  snapshot: Snapshot,
  targets: Targets,
  options: ProbeOptions,
  give: Give,
): Promise<void> {
  const { api, signal, limits, now } = asking;
  const { busy } = await sweepProbes(api, now(), limits.request);
  const recent = new Map(
    (options.earlier ?? [])
      .filter(({ id, at }) => id === 'P6' && now() - at < limits.again)
      .map(result => [result.target as string, result]),
  );
  const known = nodesToProbe(snapshot);
  const nodes = options.nodes === undefined ? known : known.filter(node => options.nodes?.includes(node));
  const due: Safe[] = [];
  for (const node of nodes) {
    const earlier = recent.get(node);
    if (earlier !== undefined) give(earlier);
    else if (busy.has(node)) give(occupied(node, now()));
    else due.push(node);
  }
  if (due.length === 0 || signal.aborted) return;
  const [namespace, chosen] = await Promise.all([
    probeNamespace(asking),
    chooseImage(asking, due, options.image),
  ]);
  const about = run(targets);
  const fresh = await freshIn(namespace, asking, about.runId, targets);
  const asked = questionsFor(targets, asking.external);
  const asks = fresh?.ok ? [...asked, freshQuestion(fresh.address)] : asked;
  const common = { namespace, image: chosen.image, script: scriptOf(asks), asks, ...about };
  const slot = slots(AT_ONCE);
  try {
    await allEnded(
      due.map(node =>
        slot(async () => {
          if (signal.aborted) return;
          const result = await probeOnNode(asking, { ...common, node, hasImage: chosen.present.has(node) });
          give(fresh?.ok === false ? { ...result, evidence: [...result.evidence, fresh.message] } : result);
        }),
      ),
    );
  } finally {
    if (fresh?.ok) await fresh.remove();
  }
}

/** Only in the namespace of probes, and only where CoreDNS runs: it stands behind the new address. */
async function freshIn(
  namespace: string,
  asking: Asking,
  runId: string,
  { dnsPods }: Targets,
): Promise<FreshService | null> {
  if (namespace !== PROBE_NAMESPACE || dnsPods.length === 0) return null;
  return await freshService(asking, runId, dnsPods);
}

function run({ domainKnown }: Targets) {
  return { domainKnown, runId: randomBytes(4).toString('hex'), startedBy: `groundup on ${hostname()}` };
}

function occupied(node: Safe, at: number): ProbeResult {
  const message = say`another probe runs on ${node} now`;
  return { id: 'P6', target: node, node, at, ok: null, message, evidence: [], answers: [] };
}
