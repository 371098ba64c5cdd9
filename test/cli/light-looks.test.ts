import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lightLooks } from '../../src/cli/light-looks.ts';
import { loadKubeconfig, type ResolvedKubeconfig } from '../../src/kube/kubeconfig.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import type { ClusterCell } from '../../src/store/cluster-cell.ts';
import { startTestApi, type TestApi } from '../e2e/api-for-tests.ts';
import { eventually, makeSandbox, type Sandbox } from '../e2e/program.ts';
import { calm } from '../report/diagnosis.ts';

let api: TestApi;
let sandbox: Sandbox;
beforeAll(async () => {
  api = await startTestApi();
  sandbox = makeSandbox();
});
afterAll(async () => {
  await api.close();
  sandbox.remove();
});

function cluster(context: string, url = api.url): ResolvedKubeconfig {
  const path = join(sandbox.folder, context);
  writeFileSync(path, kubeconfigText({ url, token: 'admin', context, clock: api.cluster.clock }), {
    mode: 0o600,
  });
  const loaded = loadKubeconfig({ path, env: {} });
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value;
}

it('looks at every cluster but the one on the screen, tells one whose server is missing, and stops', async () => {
  const told: (readonly ClusterCell[])[] = [];
  const seen = new Set<string>();
  const looks = lightLooks({
    clusters: [cluster('shown'), cluster('well'), cluster('gone', 'http://127.0.0.1:9')],
    shown: () => 'shown',
    narrow: diagnosis => diagnosis,
    onChange: cells => void told.push(cells),
    onSeen: ({ context }, { diagnosis, snapshot }) =>
      void seen.add(`${context} ${diagnosis.cluster.context} ${snapshot.context}`),
    firstAfterMs: 0,
    everyMs: 50,
  });
  expect(looks.cells().map(cell => cell.verdict)).toEqual([null, null, null]);
  await eventually(
    'verdicts',
    () => looks.cells().map(({ context, verdict, layer }) => `${context} ${verdict} ${layer}`),
    // On a busy machine the simulated cluster itself may be ill; it is not its server that is missing.
    ([, well, gone]) => !/ (null null|down api)$/.test(well ?? '') && gone === 'gone down api',
    60_000,
  );
  expect(looks.cells()[0]?.verdict).toBeNull();
  expect([...seen].sort()).toEqual(['gone gone gone', 'well well well']);
  await looks.stop();
  const { length } = told;
  expect(length).toBeGreaterThanOrEqual(2);
  looks.note('shown', { ...calm, verdict: 'degraded' });
  expect(looks.cells()[0]).toMatchObject({ verdict: 'degraded', layer: null });
  expect(told).toHaveLength(length);
}, 90_000);
