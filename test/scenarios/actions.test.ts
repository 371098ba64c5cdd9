import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsAt } from '../../src/cli/demo.ts';
import type { Bench } from '../../src/recovery/action.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import { bestRemedy, planAction } from '../../src/recovery/offer.ts';
import type { Plan, Remedy, Workshop } from '../../src/recovery/plan.ts';
import type { Run } from '../../src/runs/run.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { type Simulation, startSimulation } from '../../src/simulator/start-simulation.ts';
import { field } from '../../src/text/field.ts';
import { openRepairBench, type RepairBench } from '../support/repair-bench.ts';

const SPEED = 40;
const WITHIN_MS = 12_000;
/** All releases one after the other, on a busy machine. */
const SLOW_MS = 35_000;
const script = join(import.meta.dirname, '../../src/simulator/tools/main.ts');
const narrow = except(everything('narrow'), [
  { verbs: ['patch'], groups: ['apps'], resources: ['deployments', 'deployments/scale'] },
]);

let simulation: Simulation;
let bench: RepairBench;
beforeAll(async () => {
  simulation = await startSimulation({
    speed: SPEED,
    toolsEntry: { command: process.execPath, script },
    tokens: new Map([['narrow', narrow]]),
  });
  writeFileSync(
    join(simulation.env.ROOT_DIR, 'bootstrap/00-crds.yaml'),
    'releases:\n  - { name: flux-operator, namespace: flux-system, chart: oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator }\n',
  );
  bench = await open();
  await healthy();
}, 30_000);
afterAll(async () => {
  await bench.close();
  await simulation.close();
});

function open(
  more: { readonly env?: Record<string, string>; readonly workshop?: (found: Workshop) => Workshop } = {},
) {
  return openRepairBench({
    env: { ...simulation.env, ...more.env },
    cwd: simulation.folder,
    stateDir: join(simulation.env.XDG_STATE_HOME, 'groundup'),
    wall: simulation.clock.now,
    limits: limitsAt(SPEED),
    speed: SPEED,
    ...(more.workshop === undefined ? {} : { workshop: more.workshop }),
  });
}

const healthy = (on = bench) =>
  on.until('healthy', ({ diagnosis }) => diagnosis.verdict === 'healthy', WITHIN_MS);
const fault = (name: string) => {
  const found = simulation.faults.find(one => one.name === name);
  if (found === undefined) throw new Error(`no fault ${name}`);
  return found;
};
const best = ({ diagnosis, ...rest }: Bench): Remedy | null =>
  diagnosis.root === null ? null : bestRemedy(diagnosis.root, { diagnosis, ...rest });
const nameOf = (one: Remedy | Plan | null) => [one?.action, one?.target].filter(Boolean).join(' ');
const commands = (plan: Plan) => commandsOf(plan.steps).map(words => words.join(' '));
const texts = (run: Run) => run.lines.map(line => String(line.text));

/** The plan of an action that is asked for by name. */
function planned(id: string, target: string | null, on = bench): Plan {
  const plan = planAction(id, target === null ? null : field(target), on.bench());
  if (plan === null) throw new Error(`no plan for ${id} ${target}`);
  return plan;
}

/** Every command of the plan stands in the log, in its order. */
function ran(run: Run, plan: Plan): void {
  expect(texts(run).filter(text => text.startsWith('$ '))).toEqual(
    commands(plan).map(command => `$ ${command}`),
  );
}

describe('what is broken is repaired by the best remedy, and called repaired only when the watch saw it', () => {
  const sync = (name: string) =>
    new RegExp(
      `^helmfile --file bootstrap/helmfile.yaml --kube-context demo --selector name=${name} sync --hide-notes$`,
    );
  it.each<[string, string, readonly RegExp[], string]>([
    ['cni-gone', 'sync-release cilium', [sync('cilium')], 'cni'],
    [
      'coredns-zero',
      'scale-coredns Deployment kube-system/coredns',
      [/^kubectl .*scale deployment\/coredns --replicas=2$/],
      'dns',
    ],
    ['coredns-loop', 'sync-release coredns', [sync('coredns')], 'service-discovery'],
    ['dns-service-gone', 'sync-release coredns', [sync('coredns')], 'service-discovery'],
    [
      'dns-service-ip',
      'recreate-dns-service Service kube-system/kube-dns',
      [/delete service kube-dns$/, sync('coredns')],
      'service-discovery',
    ],
    ['flux-gone', 'install-flux', [sync('flux-operator'), sync('flux-instance')], 'flux'],
    ['flux-instance-gone', 'sync-release flux-instance', [sync('flux-instance')], 'flux'],
    [
      'helm-pending',
      'clear-helm-lock flux-operator',
      [
        /get secret \S+\.v\d+ --output=yaml > helm-record.yaml$/,
        /delete secret \S+\.v\d+$/,
        sync('flux-operator'),
      ],
      'flux',
    ],
    [
      'controller-lease-stale',
      'restart-rollout Deployment flux-system/kustomize-controller',
      [/rollout restart/],
      'flux',
    ],
  ])('%s by %s', async (name, answer, wanted, layer) => {
    try {
      fault(name).break();
      const fits = (now: Bench) => nameOf(best(now)) === answer && best(now)?.blockedBy === null;
      const seen = await bench.until(`${name} by ${answer}`, fits, WITHIN_MS);
      const plan = best(seen)?.plan as Plan;
      const shown = commands(plan).filter(command => !command.includes('patch helmrelease/'));
      expect(shown.map((command, i) => wanted[i]?.test(command) === true || command)).toEqual(
        wanted.map(() => true),
      );
      expect(plan.success.layer).toBe(layer);
      const run = await bench.perform(plan, WITHIN_MS);
      expect([run.state, run.failure]).toEqual(['succeeded', null]);
      ran(run, plan);
      await healthy();
    } finally {
      fault(name).undo();
    }
  });

  it('several missing releases by one plan, gated on the layers that it rebuilds', async () => {
    simulation.world.remove('apps/daemonsets', 'kube-system', 'cilium');
    simulation.world.remove('apps/deployments', 'kube-system', 'coredns');
    const seen = await bench.until('rebuild', now => nameOf(best(now)) === 'rebuild', WITHIN_MS);
    const plan = best(seen)?.plan as Plan;
    expect(plan.steps.map(step => [step.title, step.gate?.layer])).toEqual([
      ['suspend cilium', undefined],
      ['suspend coredns', undefined],
      ['sync cilium', 'cni'],
      ['sync coredns', undefined],
      ['resume cilium', undefined],
      ['resume coredns', undefined],
      ['reconcile Kustomization flux-system/flux-system', undefined],
    ]);
    const run = await bench.perform(plan, WITHIN_MS);
    expect([run.state, run.failure]).toEqual(['succeeded', null]);
    expect(texts(run)).toContain(`waits for: ${plan.steps[2]?.gate?.text}`);
    await healthy();
  });

  it('without a repository by the manifest that Helm stored, through a private file and no pipe', async () => {
    const bare = await open({ workshop: found => ({ ...found, repository: null }) });
    try {
      fault('flux-instance-gone').break();
      const seen = await bare.until(
        'the manifest',
        now => nameOf(best(now)) === 'apply-manifest flux-instance',
        WITHIN_MS,
      );
      const plan = best(seen)?.plan as Plan;
      expect(commands(plan)).toEqual([
        'helm --kube-context demo --namespace flux-system get manifest flux-instance > manifest.yaml',
        'kubectl --context demo --namespace flux-system apply --server-side --field-manager=helm --filename manifest.yaml',
      ]);
      const run = await bare.perform(plan, WITHIN_MS);
      expect([run.state, run.failure]).toEqual(['succeeded', null]);
      // What was read never stands in the log, and the file is gone.
      expect(texts(run).join('\n')).not.toContain('apiVersion');
      expect(readdirSync(join(run.logFile, '..'))).not.toContain('tmp');
      await healthy();
    } finally {
      await bare.close();
      fault('flux-instance-gone').undo();
    }
  });
});

describe('an action by name', () => {
  it.each<[string, string | null, RegExp]>([
    [
      'reconcile',
      'Kustomization flux-system/flux-system',
      /^flux .*reconcile kustomization flux-system --with-source/,
    ],
    [
      'reset-helmrelease',
      'HelmRelease media/immich',
      /^flux .*reconcile helmrelease immich --with-source --reset --force/,
    ],
    ['suspend', 'Kustomization flux-system/flux-system', /"suspend":true/],
    ['resume', 'Kustomization flux-system/flux-system', /"suspend":false/],
    ['apply-crds', null, /--quiet template --include-crds > crds.yaml$/],
    ['take-ownership', 'spegel', /name=spegel sync --hide-notes --take-ownership$/],
    ['sync-all', null, /--kube-context demo sync --hide-notes$/],
    ['bootstrap', null, /^task --exit-code bootstrap:apps$/],
  ])('%s %s does what it shows', async (id, target, first) => {
    await bench.until(
      `${id} possible`,
      now => planAction(id, target === null ? null : field(target), now) !== null,
      WITHIN_MS,
    );
    const plan = planned(id, target);
    expect(plan.guards.filter(guard => guard.state === 'blocking')).toEqual([]);
    expect(commands(plan).find(command => !command.includes('patch helmrelease/'))).toMatch(first);
    const run = await bench.perform(plan, SLOW_MS);
    expect([run.state, run.failure]).toEqual(['succeeded', null]);
    ran(run, plan);
  });

  it('uncordon, and delete-pod of a pod that its controller makes anew', async () => {
    const [node] = simulation.world.list('/nodes');
    simulation.world.update('/nodes', undefined, node?.metadata.name ?? '', draft => {
      draft.spec.unschedulable = true;
    });
    const target = `Node ${node?.metadata.name}`;
    await bench.until('cordoned', now => planAction('uncordon', field(target), now) !== null, WITHIN_MS);
    const uncordoned = await bench.perform(planned('uncordon', target), WITHIN_MS);
    expect(uncordoned.state).toBe('succeeded');
    const pod = simulation.world
      .list('/pods', 'kube-system')
      .find(one => one.metadata.labels?.['k8s-app'] === 'kube-dns');
    const deleted = await bench.perform(
      planned('delete-pod', `Pod kube-system/${pod?.metadata.name}`),
      WITHIN_MS,
    );
    expect([deleted.state, deleted.failure]).toEqual(['succeeded', null]);
    await healthy();
  });

  it('keeps a copy of a lock that it clears, for its owner only', () => {
    const runs = join(simulation.env.XDG_STATE_HOME, 'groundup/runs');
    const kept = readdirSync(runs)
      .map(id => join(runs, id, 'helm-record.yaml'))
      .filter(path => statSync(path, { throwIfNoEntry: false }));
    expect(kept.length).toBeGreaterThan(0);
    expect(statSync(kept[0] ?? '').mode & 0o777).toBe(0o600);
    expect(readFileSync(kept[0] ?? '', 'utf8')).toMatch(/sh\.helm\.release\.v1\.flux-operator\.v\d/);
  });
});

describe('a repair that fails', () => {
  const helmfileThat =
    (body: string) =>
    (found: Workshop): Workshop => {
      const path = join(simulation.folder, 'helmfile');
      writeFileSync(path, `#!/bin/sh\n${body}\n`);
      chmodSync(path, 0o700);
      return { ...found, tools: { ...found.tools, helmfile: { path, version: null } } };
    };
  /** Breaks what only a sync of CoreDNS repairs, lets it fail in that way, and gives what is offered then. */
  async function failing(body: string, answer: string): Promise<Run> {
    const on = await open({ workshop: helmfileThat(body) });
    try {
      await healthy(on);
      fault('dns-service-gone').break();
      await on.until('the fault', now => now.diagnosis.root?.layer === 'service-discovery', WITHIN_MS);
      const plan = planned('sync-release', 'coredns', on);
      const run = await on.perform({ ...plan, success: { ...plan.success, withinMs: 2_000 } }, WITHIN_MS);
      expect(run.state).toBe('failed');
      const offers = (one: Remedy | null) =>
        (nameOf(one) === answer && one?.blockedBy === null) || one?.title === answer;
      await on.until(answer, now => offers(best(now)), WITHIN_MS);
      return run;
    } finally {
      await on.close();
      fault('dns-service-gone').undo();
      await healthy();
    }
  }

  it.each<[string, string, string, RegExp]>([
    [
      'an object of somebody else',
      'echo "Error: Service kube-dns exists and cannot be imported into the current release: invalid ownership metadata" >&2; exit 1',
      'take-ownership coredns',
      /belongs to nobody/,
    ],
    [
      'a variable that is not set',
      'echo "required env var \\`CLUSTER_NAME\\` is not set" >&2; exit 1',
      'after the failure: set the variable, usually to the top of the repository',
      /environment variable/,
    ],
    [
      'a wait that ended',
      'echo "Error: context deadline exceeded" >&2; exit 1',
      'after the failure: look at the workload, not at Helm',
      /before the workload was ready/,
    ],
    [
      'a kind that is not defined',
      'echo "Error: no matches for kind \\"Widget\\" in version \\"x/v1\\"" >&2; exit 1',
      'apply-crds',
      /exit code 1/,
    ],
    [
      'words that nobody knows',
      'echo "Error: the moon is full" >&2; exit 3',
      'sync-all',
      /exit code 3: Error: the moon is full/,
    ],
    ['exit code 0 and nothing done', 'exit 0', 'sync-all', /it ended well, but/],
  ])(
    'by %s is told with its reason, and the next best remedy comes first',
    async (_, body, answer, reason) => {
      const run = await failing(body, answer);
      expect(run.failure).toMatch(reason);
    },
  );

  it('because the tool is missing, does not begin', async () => {
    const on = await open({ workshop: found => ({ ...found, tools: {} }) });
    try {
      await healthy(on);
      const started = await on.runs.start(planned('sync-release', 'coredns', on));
      expect(started).toMatchObject({ ok: false, why: 'helmfile is not on PATH' });
    } finally {
      await on.close();
    }
  });

  it('because a lower layer is broken or the release is locked, does not begin', async () => {
    fault('node-down').break();
    const seen = await bench.until(
      'nodes',
      ({ diagnosis }) => diagnosis.layers[1]?.verdict !== 'healthy',
      WITHIN_MS,
    );
    const nodes = seen.diagnosis.layers[1]?.verdict;
    expect(
      planned('sync-release', 'cilium').guards.some(guard => guard.text.startsWith(`Nodes is ${nodes}`)),
    ).toBe(true);
    fault('node-down').undo();
    await healthy();
    fault('helm-pending').break();
    const locked = await bench.until('locked', now => best(now)?.action === 'clear-helm-lock', WITHIN_MS);
    const started = await bench.runs.start(planned('sync-release', 'flux-operator'));
    expect(started).toMatchObject({ ok: false, why: expect.stringContaining('clear its lock') });
    await bench.perform(best(locked)?.plan as Plan, WITHIN_MS);
    fault('helm-pending').undo();
    await healthy();
  });

  it('for want of a permission names what to ask for', async () => {
    const kubeconfig = join(simulation.folder, 'narrow-kubeconfig');
    const admin = readFileSync(simulation.env.KUBECONFIG, 'utf8');
    const token: string = JSON.parse(admin).users[0].user.token;
    const text = admin.replaceAll(token, 'narrow');
    writeFileSync(kubeconfig, text, { mode: 0o600 });
    const on = await open({ env: { KUBECONFIG: kubeconfig } });
    try {
      await healthy(on);
      fault('coredns-zero').break();
      await on.until('the fault', now => nameOf(best(now)).startsWith('scale-coredns'), WITHIN_MS);
      const run = await on.perform(planned('scale-coredns', 'Deployment kube-system/coredns', on), WITHIN_MS);
      expect(run.state).toBe('failed');
      expect(run.failure).toContain('may not patch deployments/scale.apps');
      await on.until(
        'advice',
        now => best(now)?.title === 'after the failure: ask for the permission that the tool lacked',
        WITHIN_MS,
      );
    } finally {
      await on.close();
      fault('coredns-zero').undo();
    }
    await healthy();
  });
});

describe('while Flux lives and owns the release too', () => {
  it('it is suspended for the time of the sync, and resumed also after a failure', async () => {
    const owner = 'HelmRelease media/immich';
    const path = join(simulation.folder, 'helmfile-fails');
    writeFileSync(path, '#!/bin/sh\nexit 1\n', { mode: 0o700 });
    const on = await open({
      workshop: found => ({
        tools: { ...found.tools, helmfile: { path, version: null } },
        repository: found.repository && {
          ...found.repository,
          releases: [
            { name: field('immich'), namespace: field('media'), chart: field('immich'), version: null },
          ],
        },
      }),
    });
    try {
      await on.until(
        'the owner',
        now => planAction('reset-helmrelease', field(owner), now) !== null,
        WITHIN_MS,
      );
      const plan = planned('sync-release', 'immich', on);
      expect(plan.steps.map(step => step.title)).toEqual(['suspend immich', 'sync immich', 'resume immich']);
      const run = await on.perform(plan, WITHIN_MS);
      expect([run.state, run.exitCode]).toEqual(['failed', 1]);
      const live = simulation.world.get('helm.toolkit.fluxcd.io/helmreleases', 'media', 'immich');
      expect(live?.spec.suspend).toBe(false);
      expect(live?.metadata.annotations?.['groundup.dev/suspended']).toBeUndefined();
    } finally {
      await on.close();
    }
  });
});
