import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, makeSandbox, run, type Sandbox } from './program.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = makeSandbox();
});
afterEach(() => sandbox.remove());

describe('the demo without a terminal', () => {
  it('breaks the CNI, names it, repairs it with helmfile and sees all layers healthy, in half a minute', async () => {
    const ended = await run(sandbox, ['demo'], { withinMs: 90_000 });
    expect(ended.code, ended.out + ended.err).toBe(0);
    expect(ended.out).toMatch(/^BREAK {5}.*\(cni-gone\)$/m);
    expect(ended.out).toMatch(/^DIAGNOSE {2}cni: DaemonSet kube-system\/cilium does not exist/m);
    expect(ended.out.match(/^ +\$ helmfile .*--selector name=cilium sync/gm)).toHaveLength(1);
    expect(ended.out.match(/^ +\$ kubectl .*"suspend":true/gm)).toHaveLength(1);
    expect(ended.out).toMatch(/^ +succeeded$/m);
    expect(ended.out).toMatch(/^VERIFIED .*api healthy, nodes healthy, cni healthy, .*apps healthy$/m);
    expect(ended.err).toBe('');
    expect(sandbox.left()).toEqual([]);
  });

  it('plays a fault that no command here repairs to its end as well', async () => {
    const ended = await run(sandbox, ['demo', '--scenario', 'node-down'], { withinMs: 90_000 });
    expect(ended.code, ended.out + ended.err).toBe(0);
    expect(ended.out).toMatch(/^DIAGNOSE {2}nodes: .*k8s-2/m);
    expect(ended.out).toMatch(/^VERIFIED /m);
    expect(sandbox.left()).toEqual([]);
  });

  it('interrupted in the middle of its repair, it ends with 143 and leaves no file and no process', async () => {
    const ended = await run(sandbox, ['demo', '--speed', '5'], { stopAt: /Upgrading release=cilium/ });
    expect(ended.code, ended.out).toBe(143);
    await eventually(
      'nothing is left',
      () => [...sandbox.left(), ...sandbox.running()],
      left => left.length === 0,
    );
  });

  it('leaves nothing behind when nobody reads on', async () => {
    const ended = await run(sandbox, ['demo', '--speed', '40'], { withinMs: 90_000, stopReading: true });
    expect(ended.err).toBe('');
    expect(sandbox.left()).toEqual([]);
  });
});
