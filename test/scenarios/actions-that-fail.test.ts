import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planAction } from '../../src/recovery/offer.ts';
import type { Plan, Remedy, Workshop } from '../../src/recovery/plan.ts';
import type { Run } from '../../src/runs/run.ts';
import { field } from '../../src/text/field.ts';
import { bench, best, fault, healthy, nameOf, open, planned, simulation, WITHIN_MS } from './repair-stage.ts';

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
