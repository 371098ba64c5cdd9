import { describe, expect, it } from 'vitest';
import type { Root } from '../../src/diagnosis/diagnosis.ts';
import { field } from '../../src/text/field.ts';
import { width } from '../../src/text/width.ts';
import { rootLine } from '../../src/ui/panes/root-line.ts';
import { shortCommand } from '../../src/ui/panes/short-command.ts';
import { ref, root } from './fixtures/story.ts';

const rooted = (kind: string, namespace: string | null, name: string, said: string): Root => {
  const object = ref(kind, namespace, name);
  const subject = namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  return { ...root, object, summary: field(`${subject} ${said}`) };
};
const webhook = rooted(
  'ValidatingWebhookConfiguration',
  null,
  'kyverno-resource-validating-webhook-cfg',
  'keeps the pods of ReplicaSet kube-system/coredns-6d9 from being made',
);
const service = rooted(
  'Service',
  'kube-system',
  'kube-dns',
  'has address 10.43.187.22, but pods ask 10.43.0.10',
);
const title = field('Service discovery');

describe('the root cause in one line', () => {
  it.each([
    [service, 105, `Service discovery · ${service.summary}`],
    [service, 90, 'Service discovery · Service kube-dns has address 10.43.187.22, but pods ask 10.43.0.10'],
    [service, 80, 'Service discovery · kube-dns has address 10.43.187.22, but pods ask 10.43.0.10'],
    [service, 60, 'kube-dns has address 10.43.187.22, but pods ask 10.43.0.10'],
    [
      webhook,
      75,
      'Service discovery · kyverno-resource-validating-webhook-cfg keeps the pods of ReplicaSet kube-system/coredns-6d9 from being made',
    ],
  ])('gives up kind, namespace and title before the name (%#)', (cause, columns, expected) => {
    expect(rootLine(cause, title, columns).text).toBe(expected);
  });

  it('knows whether that is all of it', () => {
    expect(rootLine(service, title, 105).isWhole).toBe(true);
    expect(rootLine(service, title, 80).isWhole).toBe(false);
  });
});

const helmfile =
  'helmfile --file bootstrap/helmfile.yaml --kube-context demo --selector name=cilium sync --hide-notes'.split(
    ' ',
  );
const patch = [
  ...'kubectl --context demo patch'.split(' '),
  'validatingwebhookconfiguration/kyverno-resource-validating-webhook-cfg',
  '--type=json',
];

describe('a command that is too long for its line', () => {
  it.each([
    [helmfile, 120, helmfile.join(' ')],
    [helmfile, 75, 'helmfile --file bootstrap/helmfile.yaml … --selector name=cilium sync'],
    [helmfile, 55, 'helmfile … --selector name=cilium sync'],
    [patch, 70, 'kubectl … patch …/kyverno-resource-validating-webhook-cfg --type=json'],
  ])('loses what only says where, and shows the gap (%#)', (argv, columns, expected) => {
    const short = shortCommand(
      argv.map(word => field(word)),
      columns,
    );
    expect(short).toBe(expected);
    expect(width(short)).toBeLessThanOrEqual(columns);
  });
});
