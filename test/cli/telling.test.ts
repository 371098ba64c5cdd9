import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type TellingOptions, tellOfChanges } from '../../src/cli/telling.ts';
import { sendHttps } from '../../src/notify/send-https.ts';
import { identityOf } from '../../src/runs/process-identity.ts';
import type { Model } from '../../src/store/app-state.ts';
import { hook, options as reach } from '../notify/hook.ts';
import { calm, cniGone } from '../report/diagnosis.ts';
import { snapshotOf } from '../support/snapshot.ts';

const nobody = { webhook: null, command: null, heartbeat: null, heartbeatMs: 60_000, debounceMs: 30_000 };

function telling(settings: Partial<TellingOptions['settings']>, more: Partial<TellingOptions> = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), 'groundup-telling-'));
  let at = 0;
  let diagnosis: Model['diagnosis'] = calm;
  const complaints: string[] = [];
  const told = tellOfChanges({
    context: 'homelab',
    settings: { ...nobody, ...settings },
    model: () => ({ snapshot: snapshotOf(), diagnosis, remedies: {}, fix: null }),
    stateDir,
    env: { PATH: '/usr/bin:/bin' },
    secrets: () => [],
    complain: text => complaints.push(text),
    now: () => at,
    send: (address, body) => sendHttps(address, body, { ...reach, deadlineMs: 2_000 }),
    ...more,
  });
  onTestFinished(async () => {
    await told.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return {
    told,
    stateDir,
    complaints,
    see: async (seconds: number, seen: Model['diagnosis']) => {
      at = seconds * 1000;
      diagnosis = seen;
      await told.look();
    },
  };
}

describe('an open monitor', () => {
  test('tells once of each change that lasted, and gives the sign of life in its own time', async () => {
    const { url, hits } = await hook(response => response.end());
    const { see } = telling({ webhook: `${url}/news`, heartbeat: `${url}/beat` });
    await see(0, calm);
    await see(15, cniGone);
    await see(20, calm);
    for (const at of [40, 55, 70, 85, 100]) await see(at, cniGone);
    const sent = (kind: string) => hits.filter(one => one.url?.endsWith(kind)).length;
    expect([sent('/news'), sent('/beat')]).toEqual([1, 2]);
    expect(hits.find(one => one.method === 'POST')?.body).toContain('"verdict":"down"');
    await see(115, calm);
    await see(145, calm);
    expect(sent('/news')).toBe(2);
  });

  test('says once that somebody cannot be told, tries again after ever longer waits, and only those', async () => {
    let status = 500;
    const { url, hits } = await hook(response => response.writeHead(status).end());
    const out = join(mkdtempSync(join(tmpdir(), 'groundup-said-')), 'said');
    const script = `${out}.sh`;
    writeFileSync(script, `#!/bin/sh\necho told >> ${out}\n`, { mode: 0o755 });
    onTestFinished(() => rmSync(join(out, '..'), { recursive: true, force: true }));
    const { see, complaints } = telling({ webhook: url, command: [script], debounceMs: 0 });
    await see(0, cniGone);
    for (const at of [1, 2, 30, 59]) await see(at, cniGone);
    expect(hits.length).toBe(1);
    await see(61, cniGone);
    await see(120, cniGone);
    expect(hits.length).toBe(2);
    expect(complaints).toEqual(['not told: webhook: localhost: it answers 500']);
    status = 200;
    await see(182, cniGone);
    await see(400, cniGone);
    expect(hits.length).toBe(3);
    expect(readFileSync(out, 'utf8')).toBe('told\n');
  });

  test('is silent while another one on this machine tells, and follows it when that is gone', async () => {
    const { url, hits } = await hook(response => response.end());
    const { see, stateDir, told } = telling({ webhook: url, debounceMs: 0 });
    const file = join(stateDir, 'notify/homelab.teller');
    mkdirSync(join(stateDir, 'notify'));
    writeFileSync(file, JSON.stringify({ process: await identityOf(process.ppid), at: 0 }));
    await see(1, cniGone);
    expect(hits).toEqual([]);
    const { pid } = spawnSync('/bin/true');
    writeFileSync(file, JSON.stringify({ process: { ...(await identityOf(process.ppid)), pid }, at: 0 }));
    await see(2, cniGone);
    expect(hits.length).toBe(1);
    await told.close();
    expect(existsSync(file)).toBe(false);
  });

  test('does not keep waiting whoever leaves', async () => {
    const { url } = await hook(() => undefined);
    const { told, see } = telling({ webhook: url, debounceMs: 0 });
    const looked = see(0, cniGone);
    await told.close();
    await looked;
  });

  test('writes nothing where nobody is to be told', async () => {
    const { see, stateDir } = telling({});
    await see(0, cniGone);
    expect(existsSync(join(stateDir, 'notify'))).toBe(false);
  });
});
