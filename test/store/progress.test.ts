import { expect, test } from 'vitest';
import type { Component } from '../../src/diagnosis/diagnosis.ts';
import { progressOf } from '../../src/store/select/progress.ts';
import { field } from '../../src/text/field.ts';
import { broken, modelOf, running, stateWith } from '../ui/fixtures/story.ts';

const component = (name: string, status: 'pending-upgrade' | 'deployed'): Component => ({
  name: field(name),
  namespace: field('kube-system'),
  wanted: null,
  installed: null,
  running: null,
  release: { status, revision: 8, changedAt: null },
  verdict: 'healthy',
  layer: null,
  findings: [],
});
const told = (components: readonly Component[], args: readonly string[]) => {
  const state = stateWith({ model: modelOf({ ...broken, components }) });
  const [step] = running.plan.steps;
  if (step?.kind !== 'tool') throw new Error('the story has another step');
  const steps = [{ ...step, tool: 'helmfile' as const, args: args.map(arg => field(arg)) }];
  return progressOf(state, { ...running, step: 0, plan: { ...running.plan, steps } });
};

test('beside the log stands what the cluster shows: the layer, and the release from pending to deployed', () => {
  const selector = ['--selector', 'name=cilium,namespace=kube-system', 'sync'];
  expect(told([component('cilium', 'pending-upgrade'), component('coredns', 'deployed')], selector)).toEqual([
    'Cilium agents 0/3 · operator 1/1',
    'release cilium pending-upgrade',
  ]);
  expect(told([component('cilium', 'deployed')], selector)[1]).toBe('release cilium deployed');
});

test('of a sync of all releases, those in work are named', () => {
  const all = [component('cilium', 'deployed'), component('coredns', 'pending-upgrade')];
  expect(told(all, ['sync']).slice(1)).toEqual(['release coredns pending-upgrade']);
});
