import type { Snapshot } from '../cluster/snapshot.ts';
import type { ContextSettings } from '../config/context-settings.ts';
import type { NotifySettings } from '../config/settings.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { ClusterVerdict, Diagnosis } from '../diagnosis/diagnosis.ts';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { type Cluster, openCluster } from '../kube/open-cluster.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import type { LayerId } from '../layers/layer.ts';
import type { PodName } from '../probes/debug-probe.ts';
import type { Action } from '../recovery/action.ts';
import { type CheckReport, checkReport } from '../report/check-report.ts';
import { checksReport } from '../report/checks-report.ts';
import type { Format } from '../report/format-names.ts';
import { formatsOfSeveral } from '../report/formats-of-several.ts';
import { formats } from '../report/index.ts';
import { secretsOf } from '../runs/secrets.ts';
import type { Model } from '../store/app-state.ts';
import { redactor } from '../text/redact.ts';
import { safePath } from '../tools/find.ts';
import { inspectWorkshop } from '../tools/repository.ts';
import { readArguments, readDuration, UsageError } from './arguments.ts';
import { assessor, emptyWorkshop } from './assess.ts';
import { atMost } from './at-most.ts';
import { checkFlags } from './commands.ts';
import { complain, readConfiguration } from './configuration.ts';
import { findCustomActions } from './custom-actions.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { chooseClusters } from './kubeconfig.ts';
import { layersNamed } from './layer-names.ts';
import { logReader } from './log-evidence.ts';
import { narrowed } from './narrow.ts';
import { namespaceNarrower } from './narrow-namespace.ts';
import { writeForReaders } from './output-file.ts';
import { mayProbePods, podNamed, probePod } from './probe-pod.ts';
import { type CheckProbes, checkRound, mayProbeByExec, type ProbeRound } from './probe-round.ts';
import { toldOf } from './session.ts';
import { stateFolder } from './state-folder.ts';
import { openTape, recordLook } from './tape.ts';
import { lookAt } from './workbench.ts';

/** One look without a terminal: connects, waits until everything answered or the time is up, prints, and tells by its exit code. */
export async function check(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, checkFlags);
  const chosen = layersNamed('layer', values.layer ?? []);
  const exec = values['probe-exec'] === true;
  const probe = values.probe === true || exec;
  const pod = values['probe-pod'] === undefined ? undefined : podNamed(values['probe-pod']);
  const isLong = probe || pod !== undefined;
  const deadlineMs = readDuration('timeout', values.timeout ?? (isLong ? '90s' : '30s'));
  const clusters = chooseClusters(values, process.env);
  if (values.record !== undefined && clusters.length > 1)
    throw new UsageError('--record writes down one cluster: name one --context');
  if (pod !== undefined && clusters.length > 1)
    throw new UsageError('--probe-pod names a pod of one cluster: name one --context');
  const config = await readConfiguration(values, process.env);
  complain(config);
  if (exec) for (const { context } of clusters) mayProbeByExec(config.settingsFor(context).context);
  const tape = await openTape(values.record);
  const narrow = namespaceNarrower(values.namespace);
  const reports = await atMost(AT_ONCE, clusters, async resolved => {
    const { context: settings, notify } = config.settingsFor(resolved.context);
    if (pod !== undefined) mayProbePods(settings);
    const model = await look(resolved, { settings, deadlineMs, probe, exec, pod, narrow });
    if (tape !== undefined) await recordLook(tape, model, redactor(secretsOf(freezeKubeconfig(resolved))));
    if (values.notify === true) await tell(model, resolved, notify);
    const remedies = Object.entries(model.remedies) as [LayerId, Model['remedies'][LayerId] & {}][];
    return checkReport(narrowed(model.diagnosis, chosen), new Map(remedies), model.snapshot.api);
  });
  const text = printed(reports, (values.output ?? 'text') as Format);
  if (values['output-file'] === undefined) process.stdout.write(text);
  else await writeForReaders(values['output-file'], text);
  return worstCode(reports.map(({ verdict }) => codeFor(verdict, values['fail-on'])));
}

/** The verdict stands, whoever could not be told of it: that is said, and changes no exit code. */
async function tell(model: Model, resolved: ResolvedKubeconfig, settings: NotifySettings): Promise<void> {
  const { notify } = await import('./notify.ts');
  const failures = await notify(model, {
    settings,
    stateDir: stateFolder(process.env),
    env: process.env,
    secrets: secretsOf(freezeKubeconfig(resolved)),
    now: Date.now(),
  });
  for (const failure of failures) process.stderr.write(`groundup: not told: ${failure}\n`);
}

/** Each look is some dozen requests; more clusters at a time would only wait for each other. */
const AT_ONCE = 4;

function printed(reports: readonly CheckReport[], format: Format): string {
  const [only, ...others] = reports;
  if (only === undefined || others.length > 0) return formatsOfSeveral[format](checksReport(reports));
  return formats[format](only);
}

/** What is certainly broken counts before what cannot be judged, as among the layers. */
function worstCode(codes: readonly number[]): number {
  const order = [exitCodes.down, exitCodes.degraded, exitCodes.unknown];
  return order.find(code => codes.includes(code)) ?? exitCodes.healthy;
}

export interface Look extends CheckProbes {
  readonly settings: ContextSettings;
  readonly deadlineMs: number;
  /** To be probed from inside; CoreDNS is asked as well then, or a silence could not be told from a dead CoreDNS. */
  readonly pod?: PodName | undefined;
  readonly narrow: (diagnosis: Diagnosis, snapshot: Snapshot) => Diagnosis;
}

/** Connects and looks until everything answered or the time is up. */
export async function look(
  resolved: ResolvedKubeconfig,
  { settings, deadlineMs, probe, exec, pod, narrow }: Look,
): Promise<Model> {
  const until = performance.now() + deadlineMs;
  const inspected = inspectWorkshop({
    ...lookAt({ cwd: process.cwd(), env: process.env }, settings),
    signal: AbortSignal.timeout(Math.min(deadlineMs, 8_000)),
  });
  const own = ownActions(settings);
  const wall = wallOf(resolved.cluster.clock);
  const cluster = openCluster({ resolved, wall, told: toldOf(settings) });
  try {
    await cluster.loaded(deadlineMs);
    if (pod !== undefined) await probePod(cluster, pod, settings, until - performance.now());
    if (probe || pod !== undefined)
      await probed(cluster, resolved, checkRound(settings, { probe, exec }), until - performance.now());
    await readLogs(cluster, resolved, Math.min(LOGS_MS, until - performance.now()));
    const workshop = await Promise.race([
      inspected.catch(() => emptyWorkshop),
      timeUp(until - performance.now()),
    ]);
    const custom = await own;
    return assessor(() => workshop, wall, undefined, { narrow, custom: () => custom })(cluster.snapshot());
  } finally {
    await cluster.close();
  }
}

/** Those of the configuration are suggested as the monitor would offer them. */
async function ownActions({ actions, env }: ContextSettings): Promise<readonly Action[]> {
  if (actions.length === 0) return [];
  return findCustomActions(actions, await safePath(env.PATH ?? process.env.PATH)).catch(() => []);
}

const LOGS_MS = 3_000;

/** What is broken is explained by its logs, when they come in time; nothing is asked when nothing is broken. */
async function readLogs(cluster: Cluster, resolved: ResolvedKubeconfig, ms: number): Promise<void> {
  const snapshot = cluster.snapshot();
  const diagnosis = diagnose(snapshot);
  const secrets = () => secretsOf(freezeKubeconfig(resolved));
  const reader = logReader({ cluster, model: () => ({ snapshot, diagnosis }), secrets });
  const late = setTimeout(() => void reader.close(), Math.max(0, ms));
  await reader.round();
  clearTimeout(late);
  await reader.close();
}

/** Asks actively, as long as there is time; what was started is always cleaned up. */
async function probed(
  cluster: Cluster,
  resolved: ResolvedKubeconfig,
  round: ProbeRound,
  ms: number,
): Promise<void> {
  const { prober } = await import('./probing.ts');
  const probing = prober(cluster, resolved, process.env, {
    round: () => round,
    untold: text => void process.stderr.write(`groundup: ${text}\n`),
  });
  const late = setTimeout(() => void probing.close(), Math.max(0, ms));
  await probing.probe();
  clearTimeout(late);
  await probing.close();
}

/** What is not known of the workstation in time is left out of the remedies, never waited for. */
function timeUp(ms: number): Promise<typeof emptyWorkshop> {
  return new Promise(done => {
    setTimeout(() => done(emptyWorkshop), Math.max(0, ms)).unref();
  });
}

/** `--fail-on down` forgives what still serves; it never forgives what cannot be judged. */
function codeFor(verdict: ClusterVerdict, failOn: string | undefined): number {
  const code = exitCodeOf(verdict);
  return failOn === 'down' && code === exitCodes.degraded ? exitCodes.healthy : code;
}
