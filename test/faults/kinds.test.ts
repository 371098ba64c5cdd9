import { expect } from 'vitest';
import { faultTest, seconds } from './support/fault-test.ts';
import { bound, isFull, time } from './support/settings.ts';
import type { Toxic } from './support/toxics.ts';

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';
const BUCKETS = 'buckets.source.toolkit.fluxcd.io';
/** A busy machine needs a while to start with. */
const SETTLED = isFull ? 120_000 : 40_000;
const NOT_FOUND = '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}';

faultTest('N27', '', async ({ open, measured }) => {
  const stage = await open({
    unsettled: true,
    prepare: server =>
      void server.add({
        toxic: 'answer',
        status: 403,
        body: '{"kind":"Status","reason":"Forbidden","code":403}',
        path: /namespaces\/kube-system\/endpointslices$/,
      }),
  });
  await stage.until('a refusal', () => stage.layer(5).includes('?'), SETTLED);
  await stage.until(
    'the layers below',
    () => [0, 1, 2, 3, 4].every(key => stage.layer(key).startsWith('●')),
    SETTLED,
  );
  expect(stage.layer(5)).toMatch(/rbac|not allowed/);
  measured(`${stage.greens()} of 8 layers green, one unknown: rbac`);
});

faultTest('N36', '', async ({ open, measured }) => {
  let definition: Record<string, unknown> = {};
  const stage = await open({
    prepare: (_, { world }) => {
      definition = structuredClone(world.get(CRDS, undefined, BUCKETS)) ?? {};
      world.remove(CRDS, undefined, BUCKETS);
    },
  });
  await stage.until(
    'its absence',
    () => stage.snapshot().streams.buckets.freshness.state === 'absent' && stage.greens() === 8,
    bound(30_000),
  );
  const { uid: _, resourceVersion: __, ...metadata } = definition.metadata as Record<string, unknown>;
  stage.simulated.world.create(CRDS, { ...definition, metadata });
  const seen = await stage.until(
    'the kind',
    () => stage.snapshot().streams.buckets.freshness.state === 'live',
    bound(60_000),
  );
  measured(`live after ${seconds(seen)}`);
});

faultTest('N37', '', async ({ open, measured }) => {
  const stage = await open();
  const from = performance.now();
  stage.simulated.world.remove(CRDS, undefined, BUCKETS);
  await stage.until(
    'its absence',
    () => stage.snapshot().streams.buckets.freshness.state === 'absent',
    bound(30_000),
  );
  await stage.pass(isFull ? 60_000 : 3_000);
  const asked = stage.server.count(hit => hit.path.endsWith('/buckets'), from);
  expect(asked).toBeLessThanOrEqual(isFull ? 4 : 8);
  expect(stage.greens()).toBe(8);
  measured(`${asked} requests in ${isFull ? '60 s' : '3 s'}, no layer disturbed`);
});

const plain: Toxic = {
  toxic: 'rewrite',
  path: /^\/apis$/,
  text: text => {
    const { items } = JSON.parse(text) as {
      items?: { metadata: { name: string }; versions: { version: string }[] }[];
    };
    if (items === undefined) return text;
    const groups = items.map(({ metadata, versions }) => ({
      name: metadata.name,
      versions: versions.map(({ version }) => ({ version, groupVersion: `${metadata.name}/${version}` })),
      preferredVersion: { version: versions[0]?.version },
    }));
    return JSON.stringify({ kind: 'APIGroupList', apiVersion: 'v1', groups });
  },
};
const without = (path: RegExp): Toxic => ({ toxic: 'answer', status: 404, body: NOT_FOUND, path });

for (const [version, toxics, greens] of [
  ['v1.28.15', [plain], 8],
  ['v1.31.4', [], 8],
  ['v1.33.1', [without(/^\/apis\/apiregistration\.k8s\.io\//)], 8],
  ['v1.36.0', [], 8],
  ['v1.19.16', [plain, without(/^\/apis\/discovery\.k8s\.io\/v1\//)], 7],
] as const)
  faultTest('N35', version, async ({ open, measured }) => {
    const stage = await open({
      unsettled: true,
      prepare: server => {
        server.add({
          toxic: 'rewrite',
          path: /^\/version$/,
          text: text => text.replace(/v1\.33\.1/g, version),
        });
        for (const toxic of toxics) server.add(toxic);
      },
    });
    const took = await stage.until('the layers', () => stage.greens() === greens, SETTLED);
    await stage.pass(time(10_000));
    expect(stage.frame()).toContain(version);
    measured(`${stage.greens()} of 8 layers judged healthy after ${seconds(took)}`);
  });
