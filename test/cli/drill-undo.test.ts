import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { remember, unfinished } from '../../src/cli/drill-store.ts';
import { undo } from '../../src/cli/drill-undo.ts';
import { reversible } from '../../src/drills/undo.ts';
import type { Answer, Transport } from '../../src/kube/transport.ts';
import { ref } from '../recovery/bench.ts';
import { snapshotOf } from '../support/snapshot.ts';

type Asked = readonly [string, string, string | undefined];

/** An API server that gives these answers to GET, the last one again and again; null is 404. */
function server(...found: readonly (object | null)[]) {
  const asked: Asked[] = [];
  const answers = [...found];
  const request: Transport['request'] = async (method, path, options) => {
    asked.push([method, path, options?.accept]);
    const answer = (json: unknown): Answer => ({ ok: true, status: 200, json, text: '', headers: {} });
    if (method !== 'GET') return answer({});
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next !== null && next !== undefined) return answer(next);
    return { ok: false, status: 404, message: 'not found' } as Awaited<ReturnType<typeof request>>;
  };
  return { request, asked };
}

async function undone(request: Transport['request'], change: ReturnType<typeof reversible>['undo']) {
  const stateDir = mkdtempSync(join(tmpdir(), 'groundup-undo-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const begun = { drill: 'x', context: 'lab', uid: 'u', startedAt: 0, undo: change === null ? [] : [change] };
  await remember(stateDir, begun);
  const said: string[] = [];
  const done = await undo(request, stateDir, begun, text => said.push(text));
  return { done, said, left: (await unfinished(stateDir)).length };
}

test('what is still being deleted is waited for, and then made anew', async () => {
  const object = ref('FluxInstance', 'flux-system', 'flux');
  const { undo: change } = reversible(
    { kind: 'delete', object },
    { metadata: { name: 'flux' } },
    snapshotOf(),
  );
  const { request, asked } = server({ metadata: { deletionTimestamp: 'now' } }, null);
  expect(await undone(request, change)).toMatchObject({ done: true, left: 0 });
  expect(asked.map(([method]) => method)).toEqual(['GET', 'GET', 'POST']);
});

test('of a Secret nothing but its metadata is asked for, nor answered', async () => {
  const object = ref('Secret', 'flux-system', 'sh.helm.release.v1.flux-operator.v2');
  const at = ['metadata', 'labels', 'status'];
  const harm = { kind: 'set', object, at, from: 'deployed', to: 'pending-upgrade' } as const;
  const { request, asked } = server({ metadata: { labels: { status: 'pending-upgrade' } } });
  expect(await undone(request, reversible(harm, {}, snapshotOf()).undo)).toMatchObject({ done: true });
  expect(asked.map(([method, , accept]) => [method, /as=PartialObjectMetadata;/.test(accept ?? '')])).toEqual(
    [
      ['GET', true],
      ['PATCH', true],
    ],
  );
});
