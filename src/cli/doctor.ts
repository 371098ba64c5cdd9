import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ContextSettings } from '../config/context-settings.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Component } from '../diagnosis/diagnosis.ts';
import { examineCluster, examineKubeconfig, examinePermissions } from '../doctor/access.ts';
import { type Examined, problem } from '../doctor/examined.ts';
import { doctorJson, doctorText, healthOf } from '../doctor/print.ts';
import { examineRepository } from '../doctor/repository.ts';
import { examineTerminal } from '../doctor/terminal.ts';
import { examineWorkstation, type WorkstationFacts } from '../doctor/workstation.ts';
import { loadKubeconfig, type ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { kubeconfigFacts } from '../kube/kubeconfig-facts.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { wallOf } from '../kube/simulated-clock.ts';
import type { Workshop } from '../recovery/plan.ts';
import { outlivesGuard } from '../runs/outlives.ts';
import { capabilities } from '../terminal/capabilities.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { findTool, safePath } from '../tools/find.ts';
import { inspectWorkshop } from '../tools/repository.ts';
import { taskNames } from '../tools/task-names.ts';
import { readArguments, readDuration } from './arguments.ts';
import { emptyWorkshop } from './assess.ts';
import { complain, readConfiguration } from './configuration.ts';
import { unfinished } from './drill-store.ts';
import { exitCodes } from './exit-codes.ts';
import { askPermissions } from './permissions.ts';
import { doctorFlags } from './prevention-commands.ts';
import { toldOf } from './session.ts';
import { stateFolder } from './state-folder.ts';

/** The lowest Node that runs the program; `engines` of the package says the same. */
export const wantedNode = '22.18';

/** Looks at everything that groundup needs here, changes nothing, and tells the cure of each problem. */
export async function doctor(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, doctorFlags);
  const withinMs = readDuration('timeout', values.timeout ?? '15s');
  const { env } = process;
  const workshop = await inspectWorkshop({ cwd: process.cwd(), env }).catch(() => emptyWorkshop);
  const loaded = loadKubeconfig({ path: values.kubeconfig, context: values.context, env });
  const config = await readConfiguration(values, env);
  complain(config);
  const access = loaded.ok
    ? await examineAccess(loaded.value, config.settingsFor(loaded.value.context).context, workshop, withinMs)
    : [problem('kubeconfig', loaded.error.message, loaded.error.cure), ...(await repository(workshop, null))];
  const examined = [
    ...examineWorkstation(await workstationFacts(workshop, env)),
    ...examineTerminal(terminalFacts(env)),
    ...access,
  ];
  process.stdout.write(values.output === 'json' ? doctorJson(examined) : doctorText(examined));
  return { ok: exitCodes.healthy, limited: exitCodes.degraded, broken: exitCodes.down }[healthOf(examined)];
}

async function workstationFacts(workshop: Workshop, env: NodeJS.ProcessEnv): Promise<WorkstationFacts> {
  const { skipped } = await safePath(env.PATH);
  return {
    node: { version: process.versions.node, wanted: wantedNode },
    tools: workshop.tools,
    skipped,
    sessionEnds: (await outlivesGuard())?.text ?? null,
    drills: (await unfinished(stateFolder(env))).map(
      one => say`${field(one.drill)} on ${field(one.context)}`,
    ),
    state: await stateFacts(stateFolder(env)),
  };
}

/** Nothing is made: what is not there yet must be possible in the nearest folder that is. */
async function stateFacts(folder: string): Promise<WorkstationFacts['state']> {
  const found = await stat(folder).catch(() => null);
  let nearest = folder;
  while (found === null && (await stat(nearest).catch(() => null)) === null && dirname(nearest) !== nearest)
    nearest = dirname(nearest);
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  const space = await statfs(nearest).catch(() => null);
  return {
    folder,
    mode: found === null ? null : found.mode & 0o777,
    writable,
    freeBytes: space === null ? null : space.bavail * space.bsize,
  };
}

function terminalFacts(env: NodeJS.ProcessEnv) {
  const { stdout, stdin } = process;
  const isTerminal = stdout.isTTY === true && stdin.isTTY === true;
  const { columns, rows, ...can } = capabilities(env, isTerminal, stdout.columns, stdout.rows);
  return { isTerminal, term: env.TERM ?? '', columns, rows, ...can };
}

async function examineAccess(
  resolved: ResolvedKubeconfig,
  settings: ContextSettings,
  workshop: Workshop,
  withinMs: number,
): Promise<readonly Examined[]> {
  const wall = wallOf(resolved.cluster.clock);
  const facts = await kubeconfigFacts(resolved);
  const path = await safePath(process.env.PATH);
  const found = async (command: string): Promise<boolean> =>
    command.includes('/') || (await findTool(command, path)) !== null;
  const plugin = facts.plugin === null ? null : { ...facts.plugin, found: await found(facts.plugin.command) };
  const cluster = openCluster({ resolved, wall, told: toldOf(settings) });
  try {
    await cluster.loaded(withinMs);
    const snapshot = cluster.snapshot();
    const { reach, failure, version, serverCertificateExpires, clockSkew } = snapshot.api;
    const reached = reach === 'reached';
    const components = diagnose(snapshot, undefined, workshop.repository?.releases).components;
    const isKnown = snapshot.streams['helm-releases'].freshness.state === 'live';
    return [
      ...examineKubeconfig({ ...facts, plugin }, wall()),
      ...examineCluster(
        {
          reached,
          failure: failure?.message ?? null,
          version,
          serverCertificateExpires,
          clockSkew,
        },
        wall(),
      ),
      ...(reached
        ? examinePermissions(
            await askPermissions(cluster.request, snapshot.fluxNamespace, execPlaces(settings)),
          )
        : []),
      ...(await repository(workshop, reached && isKnown ? components : null)),
    ];
  } finally {
    await cluster.close();
  }
}

/** Null where probes run no commands in pods. */
function execPlaces({ probe, readOnly, cni }: ContextSettings) {
  return probe.exec && !readOnly ? { cniNamespace: cni?.namespace ?? 'kube-system' } : null;
}

async function repository(
  { repository: found }: Workshop,
  components: readonly Component[] | null,
): Promise<readonly Examined[]> {
  const tasks = found?.taskfile == null ? null : await taskNames(found.root, found.taskfile);
  return examineRepository({ repository: found, tasks, components });
}
