import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { field } from '../../text/field.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { kubectl, patchStep } from '../api-step.ts';
import { warn } from '../guard.ts';
import { clusterGuards } from '../guards.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import { parseRef } from '../target.ts';

const streams = {
  ValidatingWebhookConfiguration: 'validating-webhooks',
  MutatingWebhookConfiguration: 'mutating-webhooks',
} as const;

/** Lets an admission webhook fail open: the last resort when its own pods cannot be created because of it. */
export const openWebhook: Action = {
  id: 'open-webhook',
  key: null,
  title: say`let a webhook fail open`,
  targets: bench => closed(bench).map(one => refText(one.object)),
  treats: (fault, bench) => {
    if (fault.problem !== 'webhook-blocks' || fault.object === null) return [];
    const target = refText(fault.object);
    return closed(bench).some(one => refText(one.object) === target) ? [{ target, rank: 10 }] : [];
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    const found = closed(bench).find(one => refText(one.object) === target);
    if (object === null || found === undefined) return null;
    const { layer } = bench.diagnosis.root ?? { layer: 'api' as const };
    const body = found.indexes.flatMap(index => {
      const path = `/webhooks/${index}/failurePolicy`;
      return [
        { op: 'test', path, value: 'Fail' },
        { op: 'replace', path, value: 'Ignore' },
      ];
    });
    return makePlan(bench, {
      action: 'open-webhook',
      target,
      title: say`Let ${refText(object)} fail open`,
      danger: 3,
      word: object.name,
      steps: [
        patchStep(bench, object, {
          title: say`set failurePolicy to Ignore`,
          body,
          type: 'json',
          command: kubectl(
            bench,
            object,
            say`patch`,
            field(`${object.kind.toLowerCase()}/${object.name}`),
            say`--type=json`,
            say`--patch`,
            field(JSON.stringify(body)),
          ),
        }),
      ],
      effect: say`what the webhook checks is not checked while it is down; set failurePolicy back to Fail when its pods run`,
      takes: say`1 s, then up to 2 min until pods are tried again`,
      expectedMs: 60_000,
      success: layerHealthy(bench, layer),
      guards: [
        ...clusterGuards('api', bench).filter(guard => guard.about !== 'ground'),
        warn(say`this is a protection: whoever manages it may set it back at once`),
      ],
    });
  },
};

interface Closed {
  readonly object: ObjectRef;
  /** Which of its webhooks refuse when they do not answer. */
  readonly indexes: readonly number[];
}

function closed(bench: Bench): readonly Closed[] {
  return (
    Object.entries(streams) as [Safe & keyof typeof streams, (typeof streams)[keyof typeof streams]][]
  ).flatMap(([kind, id]) =>
    [...bench.snapshot.streams[id].items.values()].flatMap(({ metadata, webhooks }) => {
      const indexes = (webhooks ?? []).flatMap((hook, i) => (hook.failurePolicy === 'Fail' ? [i] : []));
      return indexes.length === 0
        ? []
        : [{ object: { kind, namespace: null, name: metadata.name }, indexes }];
    }),
  );
}
