import { describe, it } from 'vitest';
import type { Expectation } from '../../src/simulator/faults/fault.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import type { TestTerminal } from '../support/terminal.ts';
import { makeSandbox, show } from './program.ts';

/** Layers as panels and banner call them. */
const titles: Readonly<Record<Expectation['layer'], string>> = {
  api: 'API server',
  nodes: 'Nodes',
  cni: 'CNI',
  'pod-network': 'Pod networking',
  dns: 'CoreDNS',
  'service-discovery': 'Service discovery',
  flux: 'Flux controllers',
  apps: 'Applications',
};

describe('the banner of the demo', () => {
  // Their time is spent waiting for simulated clusters, so several can be waited for at once.
  it.concurrent.each(FAULTS.map(({ name, expects }) => [name, expects] as const))(
    '%s is named in 120x40 and in 80x24, and its layer is not green',
    async (name, expects) => {
      const sandbox = makeSandbox();
      const terminal = show(sandbox, ['demo', '--scenario', name, '--speed', '60'], {
        columns: 120,
        rows: 40,
      });
      try {
        await named(terminal, expects);
        terminal.resize(80, 24);
        await named(terminal, expects);
      } finally {
        terminal.kill('SIGKILL');
        await terminal.ended;
        sandbox.remove();
      }
    },
  );
});

/** The banner tells layer and object, and the panel of that layer does not say healthy. */
async function named(terminal: TestTerminal, { layer, objectName }: Expectation): Promise<void> {
  const title = titles[layer];
  const panel = new RegExp(`\\d ${title} .*(down|degraded|unknown)`);
  await terminal.until(screen => {
    const lines = screen.split('\n');
    const banner = lines.find(line => line.includes('ROOT CAUSE')) ?? '';
    return (
      banner.includes(`ROOT CAUSE  ${title}`) &&
      banner.includes(objectName?.split('/').at(-1) ?? '') &&
      lines.some(line => panel.test(line.slice(0, 50)))
    );
  });
}
