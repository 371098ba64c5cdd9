import { describe, expect, it } from 'vitest';
import type { TestTerminal } from '../support/terminal.ts';
import { allGreen, answer, chooseInMenu, cniGone, confirm, stage, syncCilium } from './demo-stage.ts';
import { eventually } from './program.ts';

const { sandbox, demo, quit } = stage();

describe('an incident', () => {
  it('is named, unlocked, confirmed, repaired and verified; then another is made with the break menu', async () => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '20']);
    await terminal.until(cniGone);
    await terminal.until(syncCilium);

    await terminal.press('F');
    await terminal.until(/read-only: press u to unlock first/);
    expect(terminal.screen().join('\n')).not.toMatch(/Type {2}cilium/);

    await terminal.press('u');
    await terminal.until(/ARMED (9|10):\d\d/);
    await terminal.press('F');
    const question = await terminal.until(/Type {2}cilium/);
    for (const part of [
      /demo/,
      /helmfile --file/,
      /--selector/,
      /name=cilium sync/,
      /takes/,
      /success/,
      /Esc/,
    ]) {
      expect(question).toMatch(part);
    }
    await answer(terminal, 'celium');
    await terminal.press('Enter');
    await terminal.press('Enter');
    expect(terminal.screen().join('\n')).toMatch(/Type {2}cilium/);
    await terminal.press('Esc');
    await terminal.until(screen => !/Type {2}cilium/.test(screen));
    expect(terminal.screen().join('\n')).not.toMatch(/REPAIRING/);

    await terminal.press('F');
    await terminal.until(/Type {2}cilium/);
    await confirm(terminal, 'cilium');
    await terminal.until(/REPAIRING/);
    await terminal.until(/\[Log\][\s\S]*(Upgrading release|helmfile)/);
    await terminal.until(/REPAIRED {2}Sync release cilium.*[\s\S]*succeeded/, 90_000);
    await terminal.until(allGreen, 90_000);

    await terminal.press('b');
    await terminal.until(/Break the simulated cluster/);
    await chooseInMenu(terminal, /CoreDNS was scaled to zero replicas/);
    await terminal.until(/ROOT CAUSE .*Deployment kube-system\/coredns/);
    await quit(terminal);
  });
});

describe('an API server that goes away', () => {
  it('is said within seconds, every layer above is in doubt, and the screen is live again when it is back', async () => {
    const terminal = demo(['--speed', '20']);
    await terminal.until(/all eight layers healthy/);
    await terminal.press('b');
    await terminal.until(/Break the simulated cluster/);
    await chooseInMenu(terminal, /The API server refuses connections/);
    const gone = await terminal.until(/ROOT CAUSE .*API server/, 60_000);
    expect(gone).toMatch(/0 API server .*✗ down/);
    await terminal.until(screen => !/● healthy/.test(screen));
    expect(terminal.screen()[0]).not.toContain(' live ');
    await terminal.press('b');
    await terminal.until(/Break the simulated cluster/);
    await chooseInMenu(terminal, /The API server refuses connections/);
    await terminal.until(screen => allGreen(screen) && / live /.test(screen), 90_000);
    await quit(terminal);
  });
});

describe('a demo that is left while it repairs', () => {
  it.each<[string, (terminal: TestTerminal) => Promise<void>]>([
    ['SIGHUP', async terminal => terminal.kill('SIGHUP')],
    ['Ctrl-C', terminal => terminal.press('Ctrl-C')],
  ])('ends its tools with its cluster and leaves nothing, for %s', async (_name, leave) => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '5', '--allow-actions']);
    await terminal.until(cniGone);
    await terminal.until(/--selector name=cilium sync/);
    await terminal.press('F');
    await terminal.until(/Type {2}cilium/);
    await confirm(terminal, 'cilium');
    await terminal.until(/Upgrading release=cilium/);
    await leave(terminal);
    await terminal.ended;
    await eventually(
      'nothing is left',
      () => [...sandbox().left(), ...sandbox().running()],
      left => left.length === 0,
    );
  });
});
