import { removePods, restore, scale } from './acts.ts';
import type { Fault } from './fault.ts';

export const webhookDeadlock: Fault = {
  name: 'webhook-deadlock',
  title:
    'A policy webhook for all pods was made fail-closed and then scaled down and up: now no pod can be created.',
  expects: {
    layer: 'dns',
    objectKind: 'ValidatingWebhookConfiguration',
    objectName: 'kyverno-resource-validating-webhook-cfg',
    cause: 'webhook validate.kyverno.svc-fail must answer for every new pod and its Service has no endpoints',
  },
  apply: life => {
    life.world.update(
      'admissionregistration.k8s.io/validatingwebhookconfigurations',
      undefined,
      'kyverno-resource-validating-webhook-cfg',
      draft => {
        draft.webhooks[0].failurePolicy = 'Fail';
        draft.webhooks[0].namespaceSelector = {};
      },
    );
    scale(life, 'kyverno', 'kyverno', 0);
    life.clock.after(10_000, () => scale(life, 'kyverno', 'kyverno', 1));
    life.clock.after(15_000, () => removePods(life, 'kube-system', 'k8s-app', 'kube-dns'));
  },
  undo: life => {
    restore(life, 'kyverno', object => object.kind === 'ValidatingWebhookConfiguration');
  },
};
