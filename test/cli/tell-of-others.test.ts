import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tellOfOthers } from '../../src/cli/tell-of-others.ts';
import type { NotifySettings } from '../../src/config/settings.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { sendHttps } from '../../src/notify/send-https.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { field } from '../../src/text/field.ts';
import { hook, options as reach } from '../notify/hook.ts';
import { calm, cniGone } from '../report/diagnosis.ts';
import { snapshotOf } from '../support/snapshot.ts';

const MINUTE = 60_000;

async function strip(settings: Partial<NotifySettings> = {}, status = 200) {
  const { url, hits } = await hook(response => response.writeHead(status).end());
  const stateDir = mkdtempSync(join(tmpdir(), 'groundup-others-'));
  const complaints: string[] = [];
  const moment = { at: 0 };
  const nobody = {
    webhook: url,
    command: null,
    heartbeat: null,
    heartbeatMs: MINUTE,
    debounceMs: 2 * MINUTE,
  };
  const others = tellOfOthers({
    settings: () => ({ ...nobody, ...settings }),
    stateDir,
    env: {},
    complain: text => complaints.push(text),
    now: () => moment.at,
    send: (address, body) => sendHttps(address, body, { ...reach, deadlineMs: 2_000 }),
  });
  onTestFinished(async () => {
    await others.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const see = async (context: string, diagnosis: Diagnosis): Promise<void> => {
    moment.at += MINUTE;
    const path = join(stateDir, `${context}.kubeconfig`);
    writeFileSync(path, kubeconfigText({ url: 'http://127.0.0.1:9', token: 'x', context }), { mode: 0o600 });
    const loaded = loadKubeconfig({ path, env: {} });
    if (!loaded.ok) throw new Error(loaded.error.message);
    const named = { ...diagnosis, cluster: { ...diagnosis.cluster, context: field(context) } };
    await others.seen(loaded.value, { snapshot: snapshotOf(), diagnosis: named });
  };
  return { others, see, hits, complaints, stateDir };
}

test('a change that light looks saw last is told once for each cluster, and its end too', async () => {
  const { see, hits } = await strip();
  await see('edge', calm);
  for (let i = 0; i < 5; i += 1) {
    await see('edge', cniGone);
    await see('well', calm);
  }
  expect(hits.map(({ body }) => JSON.parse(body))).toEqual([
    expect.objectContaining({ context: 'edge', verdict: 'down' }),
  ]);
  for (let i = 0; i < 3; i += 1) await see('edge', calm);
  expect(hits.map(({ body }) => JSON.parse(body).verdict)).toEqual(['down', 'healthy']);
});

test('what flaps back between two looks is not told, nor what a look could not judge', async () => {
  const { see, hits, stateDir } = await strip();
  for (const one of [calm, cniGone, calm, cniGone, calm]) await see('edge', one);
  for (let i = 0; i < 5; i += 1) await see('edge', { ...calm, verdict: 'unknown' });
  for (let i = 0; i < 5; i += 1) await see('never', { ...calm, verdict: 'unknown' });
  expect(hits).toEqual([]);
  expect(readdirSync(join(stateDir, 'notify')).some(name => name.startsWith('never'))).toBe(false);
});

test('the sign of life is left to the watch, and nobody is told where nobody is named', async () => {
  const quiet = await strip({ webhook: null });
  for (let i = 0; i < 4; i += 1) await quiet.see('edge', cniGone);
  expect(existsSync(join(quiet.stateDir, 'notify'))).toBe(false);
  const beating = await hook(response => response.end());
  const { see } = await strip({ heartbeat: beating.url });
  for (let i = 0; i < 4; i += 1) await see('edge', cniGone);
  expect(beating.hits).toEqual([]);
});

test('a cluster that is entered has its place free for its watch, which goes on with the same memory', async () => {
  const { see, others, hits, stateDir } = await strip();
  for (let i = 0; i < 4; i += 1) await see('edge', cniGone);
  expect(hits).toHaveLength(1);
  const place = join(stateDir, 'notify/edge.teller');
  expect(existsSync(place)).toBe(true);
  await others.leave('edge');
  expect(existsSync(place)).toBe(false);
  for (let i = 0; i < 4; i += 1) await see('edge', cniGone);
  expect(hits).toHaveLength(1);
});

test('who cannot be told is complained about once, with the cluster', async () => {
  const { see, complaints } = await strip({}, 500);
  for (let i = 0; i < 6; i += 1) await see('edge', cniGone);
  expect(complaints).toEqual(['edge: not told: webhook: localhost: it answers 500']);
});
