import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './api-for-tests.ts';
import { type Ended, makeSandbox, run } from './program.ts';

describe('check --probe-pod', () => {
  const sandbox = makeSandbox();
  const config = join(sandbox.folder, 'config.yaml');
  let api: TestApi;
  let pod = '';
  beforeAll(async () => {
    api = await startTestApi();
    const found = api.cluster.world.list('/pods', 'flux-system').find(one => one.status.phase === 'Running');
    pod = `flux-system/${found?.metadata.name}`;
  });
  afterAll(async () => {
    await api.close();
    sandbox.remove();
  });
  const check = (name: string): Promise<Ended> =>
    run(sandbox, ['check', '--probe-pod', name], {
      env: { KUBECONFIG: api.kubeconfig(sandbox, 'admin'), GROUNDUP_CONFIG: config },
    });
  const added = (): number =>
    api.cluster.world
      .list('/pods')
      .reduce((sum, one) => sum + (one.spec.ephemeralContainers?.length ?? 0), 0);

  it.each([
    ['readOnly', "the configuration makes 'homelab' read-only: --probe-pod adds a container there"],
    ['protected', "'homelab' is protected: --probe-pod adds no container that would stay there"],
  ])('is refused where the configuration says %s', async (key, sentence) => {
    writeFileSync(config, `defaults: {${key}: true}\n`);
    const { code, err } = await check(pod);
    expect([code, err]).toEqual([64, `groundup: ${sentence}. See: groundup --help\n`]);
    expect(added()).toBe(0);
  });

  it.each([
    ['plex', "--probe-pod cannot be 'plex'; write NAMESPACE/POD"],
    ['media/nobody', '--probe-pod: there is no pod media/nobody'],
  ])('is refused for %s', async (name, sentence) => {
    writeFileSync(config, '');
    const { code, out, err } = await check(name);
    expect([code, out, err]).toEqual([64, '', `groundup: ${sentence}. See: groundup --help\n`]);
  });

  it('says what the pod was answered, and leaves one container behind', async () => {
    writeFileSync(config, '');
    const { code, out, err } = await check(pod);
    expect(err).toMatch(
      /^groundup: probe P5: a container in flux-system\/\S+ on k8s-\d ran and finds names\n$/,
    );
    expect(out).toMatch(/Service discovery.*healthy.* answered /);
    expect(code).toBe(0);
    expect(added()).toBe(1);
  });
});
