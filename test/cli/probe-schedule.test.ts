import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probingOf } from '../../src/cli/probe-schedule.ts';
import { openSession } from '../../src/cli/session.ts';
import type { ContextSettings } from '../../src/config/context-settings.ts';
import { emptyConfig } from '../../src/config/empty-config.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { wallOf } from '../../src/kube/simulated-clock.ts';
import { startTestApi, type TestApi } from '../e2e/api-for-tests.ts';
import { eventually, makeSandbox } from '../e2e/program.ts';

const sandbox = makeSandbox();
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api.close();
  sandbox.remove();
});

/** The clock of the simulated cluster runs twenty times faster, and so does the schedule. */
async function scheduled(change: Partial<ContextSettings>) {
  const found = loadKubeconfig({ path: api.kubeconfig(sandbox, 'admin'), env: {} });
  if (!found.ok) throw new Error(found.error.message);
  const plain = emptyConfig('none').settingsFor('homelab');
  const settings = { ...plain, context: { ...plain.context, ...change } };
  const stateDir = mkdtempSync(join(tmpdir(), 'groundup-probe-'));
  const options = {
    resolved: found.value,
    env: {},
    cwd: stateDir,
    stateDir,
    wall: wallOf(found.value.cluster.clock),
    settings,
  };
  const session = await openSession(options);
  const probing = probingOf(session, options);
  const probes = () => session.cluster.snapshot().probes;
  return {
    probes,
    settings,
    probing,
    close: async () => {
      await probing.close();
      await session.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

const every = (everyMs: number | null): Pick<ContextSettings, 'probe'> => ({
  probe: { image: null, everyMs, external: null, exec: false },
});

describe('probes by schedule', () => {
  it('run by themselves, again and again', async () => {
    const scene = await scheduled(every(60_000));
    const first = await eventually(
      'probes ran',
      () => scene.probes(),
      all => all.length > 0,
    );
    const newest = Math.max(...first.map(({ at }) => at));
    await eventually(
      'they ran again',
      () => scene.probes(),
      all => all.some(({ at }) => at > newest + 50_000),
    );
    await scene.close();
  });

  it('create nothing where the context is read-only', async () => {
    const scene = await scheduled({
      probe: { ...every(60_000).probe, exec: true },
      readOnly: true,
    });
    const found = await eventually(
      'probes ran',
      () => scene.probes(),
      all => new Set(all.map(({ id }) => id)).size > 1,
    );
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(['P1', 'P2']));
    await scene.close();
  });

  it('run commands in pods where that is configured', async () => {
    const scene = await scheduled({ probe: { ...every(60_000).probe, exec: true } });
    const found = await eventually(
      'commands ran',
      () => scene.probes(),
      all => all.filter(({ id }) => id === 'P4').length === 3 && all.some(({ id }) => id === 'P3'),
    );
    expect(found.filter(({ id }) => id === 'P4').map(({ ok }) => ok)).toEqual([true, true, true]);
    await scene.close();
  });

  it('begin when a schedule is configured later', async () => {
    const scene = await scheduled(every(null));
    scene.probing.configure({ ...scene.settings.context, ...every(60_000) });
    await eventually(
      'probes ran',
      () => scene.probes(),
      all => all.length > 0,
    );
    await scene.close();
  });
});
