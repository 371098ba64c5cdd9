import { expect, test } from 'vitest';
import { falseGreens } from './support/false-green.ts';
import { groundTruth } from './support/ground-truth.ts';
import { limits } from './support/settings.ts';

const row = (text: string): string => ` 1 Nodes             ${text}    3/3 Ready`;
const heard = (age: number) => {
  const truth = groundTruth();
  truth.note('list', '/api/v1/nodes?&');
  truth.note('list', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?&');
  return falseGreens(row('● healthy'), truth, performance.now() + age);
};

test('the judge lets pass what was confirmed lately', () => {
  expect(heard(0)).toEqual([]);
});

test('the judge finds a green that nobody confirmed within its limit', () => {
  expect(heard(limits.silence + 5_000).join()).toMatch(/1 ● healthy.*no proof of nodes for/);
});

test('the judge finds a green that nobody ever confirmed', () => {
  expect(falseGreens(row('● healthy'), groundTruth(), performance.now())).not.toEqual([]);
});

test('the judge has nothing against what is not green', () => {
  expect(falseGreens(row('? unknown'), groundTruth(), performance.now())).toEqual([]);
});
