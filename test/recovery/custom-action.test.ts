import { describe, expect, test } from 'vitest';
import { type CustomSpec, customAction } from '../../src/recovery/custom-action.ts';
import { blockedBy } from '../../src/recovery/guard.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import { planAction, remediesFor } from '../../src/recovery/offer.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { benchOf, ref, rootOf, workshop } from './bench.ts';

const PATH = '/usr/local/bin/reset-port';
const spec: CustomSpec = {
  id: 'reset-port',
  title: say`Reset the switch port`,
  argv: ['reset-port', '--force', '--node', '{node}', '{mode}'],
  layer: 'nodes',
  danger: 2,
  timeoutMs: 45_000,
  confirm: 'key',
  params: [
    { name: 'node', choices: null, otherwise: null },
    { name: 'mode', choices: ['soft', 'hard'], otherwise: 'soft' },
  ],
};

/** The bench with this action of the configuration. */
function benchWith(change: Partial<CustomSpec> = {}, path: string | null = PATH) {
  return { ...benchOf(), custom: [customAction({ ...spec, ...change }, path)] };
}
function planned(target: string | null, change: Partial<CustomSpec> = {}, path: string | null = PATH) {
  const plan = planAction(
    change.id ?? 'reset-port',
    target === null ? null : field(target),
    benchWith(change, path),
  );
  if (plan === null) throw new Error('no plan');
  return plan;
}

describe('an action of the configuration', () => {
  test('becomes a plan like any other: the layer it repairs proves it, and the program is bound by its path', () => {
    const plan = planned('node=k8s-2 mode=hard');
    expect(plan).toMatchObject({
      action: 'reset-port',
      title: 'Reset the switch port (node=k8s-2 mode=hard)',
      danger: 2,
      typedWord: null,
      success: { layer: 'nodes', stableMs: 30_000 },
      steps: [
        {
          kind: 'tool',
          tool: 'reset-port',
          path: PATH,
          deadlineMs: 45_000,
          endsAtDeadline: true,
          cwd: '/home/ops/homelab',
        },
      ],
    });
    expect(commandsOf(plan.steps)[0]).toEqual(['reset-port', '--force', '--node', 'k8s-2', 'hard']);
    expect(blockedBy(plan.guards)).toBeNull();
    expect(plan.guards.some(guard => guard.text.includes('cannot be known beforehand'))).toBe(true);
  });

  test('takes a bare value for the one that must be given, and defaults for the rest', () => {
    expect(commandsOf(planned('k8s-2').steps)[0]?.slice(3)).toEqual(['k8s-2', 'soft']);
  });

  test.each<[string | null, RegExp]>([
    [null, /needs node=VALUE/],
    ['node=--all', /node may not begin with '-'/],
    ['-rf', /node may not begin with '-'/],
    ['node=k8s-2;reboot', /node cannot be 'k8s-2;reboot'/],
    ['node=$(reboot)', /node cannot be/],
    ['node=../../etc', /node cannot be/],
    ['node=K8S', /node cannot be 'K8S'/],
    ['node=', /node cannot be ''/],
    [`node=${'a'.repeat(254)}`, /node cannot be/],
    ['node=k8s-2 mode=rude', /mode cannot be 'rude'; it is one of soft, hard/],
    ['node=k8s-2 speed=9', /takes no value 'speed=9'; it takes node=VALUE mode=VALUE/],
  ])('with %s is not run, and says why', (target, why) => {
    const plan = planned(target);
    expect(plan.steps).toEqual([]);
    expect(blockedBy(plan.guards)).toMatch(why);
  });

  test('never puts a value into the middle of an argument', () => {
    const plan = planned('k8s-2', { argv: ['reset-port', '--node={node}', '{mode}'] });
    expect(plan.steps).toEqual([]);
    expect(blockedBy(plan.guards)).toMatch(/mixes \{node\} with other text/);
  });

  test('knows context, repository and helmfile without being told', () => {
    const argv = ['reset-port', '{context}', '{repository}', '{helmfile}', '{"json":1}'];
    const plan = planned(null, { argv, params: [] });
    expect(commandsOf(plan.steps)[0]?.slice(1)).toEqual([
      'homelab',
      '/home/ops/homelab',
      'bootstrap/helmfile.yaml',
      '{"json":1}',
    ]);
  });

  test.each([
    ['without its program', {}, null, /reset-port is not on PATH/],
    ['on a broken ground', { layer: 'dns' as const }, PATH, /Nodes is down/],
  ])('%s is forbidden', (_, change, path, why) => {
    const bench = benchWith(change, path);
    const layers = bench.diagnosis.layers.map(view =>
      view.id === 'nodes' ? { ...view, verdict: 'down' as const } : view,
    );
    const plan = planAction('reset-port', field('k8s-2'), {
      ...bench,
      diagnosis: { ...bench.diagnosis, layers },
    });
    expect(blockedBy(plan?.guards ?? [])).toMatch(why);
  });

  test.each([
    ['its id when the configuration wants a word', { confirm: 'word' as const }, 'reset-port'],
    ['its id from danger 3 on', { danger: 3 as const }, 'reset-port'],
    ['one key otherwise', {}, null],
  ])('asks for %s', (_, change, word) => {
    expect(planned('k8s-2', change).typedWord).toBe(word);
  });

  test('is offered for its layer after what the layer offers by itself, with the node of the fault filled in', () => {
    const node = ref('Node', null, 'k8s-2');
    const remedies = remediesFor(rootOf('nodes', 'node-silent', node), benchWith());
    const own = remedies.filter(one => one.action === 'reset-port');
    expect(own.map(one => one.target)).toEqual(['node=k8s-2']);
    expect(
      remediesFor(rootOf('dns', 'missing', null), benchWith()).some(one => one.action === 'reset-port'),
    ).toBe(false);
  });

  test('with choices is offered once for each of them', () => {
    const params = [{ name: 'mode', choices: ['soft', 'hard'], otherwise: null }];
    const bench = benchWith({ params, argv: ['reset-port', '{mode}'] });
    const own = remediesFor(rootOf('nodes', 'pressure', null), bench).filter(
      one => one.action === 'reset-port',
    );
    expect(own.map(one => one.target)).toEqual(['mode=soft', 'mode=hard']);
  });

  test('that runs a known tool runs the one that was found', () => {
    const plan = planned(null, { argv: ['helm', 'version'], params: [] }, null);
    expect(plan.steps[0]).toMatchObject({ tool: 'helm', path: workshop.tools.helm.path });
  });
});
