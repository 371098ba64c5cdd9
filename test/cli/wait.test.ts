import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ops, openOps } from './ops.ts';

let ops: Ops;
beforeAll(async () => {
  ops = await openOps();
});
afterAll(() => ops.close());

describe('groundup wait', { timeout: 180_000 }, () => {
  test('ends with 0 when the cluster is healthy and stays so', async () => {
    const { code, out } = await ops.run('wait', '--stable', '500ms', '--timeout', '120s');
    expect(out).toMatch(/cluster healthy\n +0:0\d reached, and steady for 0.5 s/);
    expect(code).toBe(0);
  });

  test('sees a repair, and tells what it saw on the way', async () => {
    ops.fault('coredns-zero').break();
    const child = ops.start('wait', '--for', 'layer=dns,cni', '--stable', '300ms', '--timeout', '120s');
    await expect.poll(child.out, { timeout: 60_000 }).toMatch(/dns down \(/);
    ops.fault('coredns-zero').undo();
    expect(await child.ended).toBe(0);
    expect(child.out()).toContain('cni healthy');
  });

  test('ends with 1 when the time is up', async () => {
    ops.fault('coredns-zero').break();
    const once = (time: string) => ops.run('wait', '--for', 'layer=4', '--timeout', time, '--stable', '1s');
    // On a machine that is busy it takes longer until it can be judged at all.
    let ended = await once('3s');
    if (ended.code === 3) ended = await once('40s');
    expect(ended.out).toMatch(/not within (3|40) s\n/);
    expect(ended.code).toBe(1);
    ops.fault('coredns-zero').undo();
  });

  test('ends with 3 when nothing could be judged', async () => {
    const { code, out } = await ops.run(
      'wait',
      '--for',
      'layer=dns',
      '--kubeconfig',
      ops.nowhere(),
      '--timeout',
      '1s',
      '--stable',
      '100ms',
    );
    expect(out).toContain('it cannot be judged');
    expect(code).toBe(3);
  });

  test.each([
    [['--for', 'pods'], "--for cannot be 'pods'; write layer=cni,dns, or cluster"],
    [['--for', 'layer=cnx'], "--for cannot be 'cnx'"],
    [['--verdict', 'green'], "--verdict cannot be 'green'"],
    [['--timeout', 'soon'], 'write a duration'],
    [['--timeout', '5s'], '--stable must be shorter than --timeout'],
  ])('%j is bad input', async (args, text) => {
    const { code, out } = await ops.run('wait', ...args);
    expect(out).toContain(text);
    expect(code).toBe(64);
  });
});
