import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rbac, rulesIn, witnessed } from '../manifests/caller-of.ts';
import { type Ops, openOps } from './ops.ts';

let ops: Ops;
const { caller } = witnessed(rulesIn(rbac('observer')));
beforeAll(async () => {
  ops = await openOps({ tokens: new Map([['observer', caller]]) });
});
afterAll(() => ops.close());

describe('groundup doctor', { timeout: 180_000 }, () => {
  test('finds nothing wrong where everything is there', async () => {
    const { code, out } = await ops.run('doctor');
    expect(out).toContain('ok       installed as wanted: cilium, coredns');
    expect(out).toContain('ok       run actions through the API');
    // A machine that stalls lets tools answer late and clocks drift apart; that is told, and is no problem.
    const notes = out.split('\n').filter(line => /^ {2}(note|PROBLEM|\?) /.test(line));
    expect(notes.filter(line => !/does not tell its version|s apart/.test(line))).toEqual([]);
    if (notes.length === 0) expect(out.trimEnd()).toMatch(/everything is as it should be$/);
    expect(code).toBe(notes.length === 0 ? 0 : 1);
  });

  test('tells an observer what it may not do, and how to get it', async () => {
    const kubeconfig = ops.kubeconfig('observer', 'demo');
    chmodSync(kubeconfig, 0o644);
    const { code, out } = await ops.run('doctor', '--kubeconfig', kubeconfig, '-o', 'json');
    const { health, examined } = JSON.parse(out);
    const texts = examined.map((one: { state: string; text: string }) => `${one.state}: ${one.text}`);
    expect(texts).toContain('ok: watch');
    expect(texts).toContainEqual(expect.stringMatching(/^note: others may read .* \(mode 644\)$/));
    expect(texts).toContainEqual(expect.stringMatching(/^note: read logs: you may not get pods\/log/));
    expect(texts).toContainEqual(expect.stringMatching(/^note: run actions .* you may not patch/));
    expect(texts).toContainEqual(expect.stringMatching(/^unknown: whether its releases are installed/));
    expect(health).toBe('limited');
    expect(code).toBe(1);
    expect(out).not.toContain('token":');
  });

  test('tells of commands in pods only where probes are configured to run them', async () => {
    const kubeconfig = ops.kubeconfig('observer', 'demo');
    const told = async (text: string): Promise<readonly string[]> => {
      const file = join(ops.environment().HOME ?? '', 'exec.yaml');
      writeFileSync(file, text, { mode: 0o600 });
      const { out } = await ops.run('doctor', '--kubeconfig', kubeconfig, { GROUNDUP_CONFIG: file });
      return out.split('\n').filter(line => line.includes('commands in pods'));
    };
    expect(await told('defaults: {probe: {every: 5m}}\n')).toEqual([]);
    expect(await told('defaults: {readOnly: true, probe: {exec: true}}\n')).toEqual([]);
    expect(await told('defaults: {probe: {exec: true}, cni: {namespace: net, selector: {a: b}}}\n')).toEqual([
      expect.stringMatching(
        /note +probe by commands in pods: you may not get pods\/exec in the namespace flux-system, .* in the namespace net/,
      ),
    ]);
  });

  test('without a kubeconfig still looks at the rest', async () => {
    const { code, out } = await ops.run('doctor', '--kubeconfig', '/nowhere/at/all');
    expect(out).toContain('PROBLEM  There is no kubeconfig at /nowhere/at/all.');
    expect(out).toContain('bootstrap/helmfile.yaml lists 6 releases');
    expect(code).toBe(2);
  });

  test('of a cluster that is away says so, and asks it nothing more', async () => {
    const { code, out } = await ops.run('doctor', '--kubeconfig', ops.nowhere(), '--timeout', '2s');
    expect(out).toMatch(/PROBLEM {2}127\.0\.0\.1:9 refuses connections/);
    expect(out).not.toContain('permissions');
    expect(code).toBe(2);
  });
});
