import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { rememberingLookup } from '../../src/kube/resolve-host.ts';
import { everything } from '../../src/simulator/api/access.ts';
import { startApiServer } from '../../src/simulator/api/api-server.ts';
import { createClock } from '../../src/simulator/api/clock.ts';
import { startCluster } from '../../src/simulator/controllers/start-cluster.ts';
import { field } from '../../src/text/field.ts';
import { planOf, toolStep } from '../runs/world.ts';
import { faultTest, seconds } from './support/fault-test.ts';
import { bookmarkMs, bound, isFull } from './support/settings.ts';

const HOUR = 3_600_000;

for (const [what, ahead] of [
  ['ahead', 2 * HOUR],
  ['behind', -2 * HOUR],
] as const)
  faultTest('N31', what, async ({ open, measured }) => {
    const stage = await open({ unsettled: true, clusterStart: Date.now() + ahead });
    await stage.until('the layers above', () => stage.greens() >= 7, isFull ? 120_000 : 40_000);
    const off = Math.abs(stage.snapshot().now - stage.simulated.clock.now());
    expect(off).toBeLessThan(2_000);
    expect(stage.layer(1)).toContain('● healthy');
    await stage.until('the difference', () => stage.frame().includes('the clock here is'), bound(5_000));
    expect(stage.frame()).toMatch(
      ahead > 0 ? /(2h00m|1h59m) behind the server/ : /(2h00m|1h59m) ahead of the server/,
    );
    measured(`ages wrong by ${seconds(off)}, the difference shown`);
  });

for (const [what, jump] of [
  ['forwards', HOUR],
  ['backwards', -HOUR],
] as const)
  faultTest('N32', what, async ({ open, measured }) => {
    let offset = 0;
    const now = (): number => Date.now() + offset;
    const stage = await open({ wall: now, machineClock: now });
    const broken = new Set<string>();
    const negative = new Set<string>();
    const look = setInterval(() => {
      for (let key = 0; key < 8; key++) {
        const isClock = key === 0 && stage.frame().includes('the clock here is');
        if (/^[✗▲]/.test(stage.layer(key)) && !isClock) broken.add(stage.layer(key));
      }
      const age = /-\d+[smhd]/.exec(stage.frame());
      if (age !== null) negative.add(age[0]);
    }, 10);
    offset = jump;
    await stage.pass(isFull ? 30_000 : 4_000);
    await stage.until('live again', () => stage.greens() === 7, bound(20_000));
    clearInterval(look);
    expect(stage.frame()).toContain('the clock here is');
    expect([...negative]).toEqual([]);
    expect([...broken]).toEqual([]);
    measured('0 layers called broken but the clock itself, 0 negative ages');
  });

faultTest('N28', '', async ({ open, measured, afterwards }) => {
  const folder = mkdtempSync(join(tmpdir(), 'groundup-kubeconfig-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, 'config');
  const stage = await open({ kubeconfig });
  const { server: before } = stage.watched.model().diagnosis.cluster;
  const text = readFileSync(kubeconfig, 'utf8');
  writeFileSync(kubeconfig, text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1'));
  const told = await stage.until(
    'a notice',
    frame => frame.includes('the kubeconfig was changed'),
    bound(5_000),
  );
  expect(stage.watched.model().diagnosis.cluster.server).toBe(before);
  expect(stage.greens()).toBe(8);
  measured(`said after ${seconds(told)}, still on the first server`);
});

faultTest('N29', '', async ({ open, measured, afterwards }) => {
  const stage = await open();
  const uid = (): string | null => stage.watched.model().diagnosis.cluster.uid;
  const before = uid();
  const other = startCluster({ speed: 1, clock: createClock({ speed: 1 }) });
  const server = await startApiServer({
    ...other,
    bookmarkMs,
    tokens: new Map([['someone', everything()]]),
  });
  afterwards(async () => {
    await server.close();
    other.stop();
  });
  const { context, server: address } = stage.watched.model().diagnosis.cluster;
  const plan = planOf([toolStep([])], { cluster: { context, server: address, uid: field(before) } });
  stage.server.pointAt(server.url);
  stage.server.cut();
  const took = await stage.until('another cluster', () => uid() !== before && uid() !== null, bound(20_000));
  const noticed = await stage.until('a notice', frame => frame.includes('another cluster'), bound(20_000));
  const started = await stage.watched.runs.start(plan);
  expect(started).toMatchObject({ ok: false, why: expect.stringContaining('another cluster') });
  measured(`known after ${seconds(took)}, said after ${seconds(took + noticed)}, 0 of 1 plans started`);
});

faultTest('N30', '', async ({ measured }) => {
  const answers = ['good', 'NXDOMAIN', 'empty', 'nothing'] as const;
  let answer: (typeof answers)[number] = 'good';
  const limit = isFull ? 2_000 : 200;
  const resolver = (_: string, __: unknown, reply: (error: Error | null, found: unknown) => void): void => {
    if (answer === 'good') reply(null, [{ address: '192.0.2.7', family: 4 }]);
    else if (answer === 'NXDOMAIN') reply(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    else if (answer === 'empty') reply(null, []);
  };
  const look = rememberingLookup(limit, resolver as never);
  const ask = (name: string): Promise<{ address: unknown; code: string | undefined; ms: number }> => {
    const from = performance.now();
    return new Promise(resolve =>
      look(name, {}, (error, address) =>
        resolve({ address, code: error?.code, ms: performance.now() - from }),
      ),
    );
  };
  let slowest = 0;
  for (answer of answers) {
    const found = await ask('api.lan');
    expect(found.address, answer).toBe('192.0.2.7');
    slowest = Math.max(slowest, found.ms);
  }
  const never = await ask('other.lan');
  expect(never.code).toBe('EAI_AGAIN');
  expect(slowest).toBeLessThan(limit + 1_000);
  measured(`the last good address in all 3 cases, ${seconds(slowest)} at most`);
});
