import type { Deployment, HelmRelease, Kustomization, Pod, Source } from '../../cluster/kinds.ts';
import type { ObjectRef } from '../../cluster/object-ref.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { type Kept, type Reading, sameRef } from '../looking.ts';
import { eventFacts } from './event-facts.ts';
import { type Fact, fact } from './fact.ts';
import { findObject } from './find-object.ts';
import { missingFacts, missingObject, missingWord } from './missing-objects.ts';
import { type Word, words } from './object-word.ts';

import { podFacts } from './pod-facts.ts';
import { worstFirst } from './pod-order.ts';

/** An object as far as it is known: from the watch when it is watched, else as it was read on demand. */
export interface Known {
  readonly object: Kept;
  readonly word: Word | null;
}

export function knownObject(state: AppState, ref: ObjectRef): Known | null {
  const snapshot = state.world.model?.snapshot;
  const watched = snapshot === undefined ? null : findObject(snapshot, ref);
  const reading = readingOf(state, ref);
  const found = watched ?? (reading?.object == null ? null : { kind: reading.kind, object: reading.object });
  if (found === null) return null;
  const read = found.kind === null ? undefined : (words[found.kind] as ((object: Kept) => Word) | undefined);
  return { object: found.object, word: read?.(found.object) ?? null };
}

/** How it is doing; what is known to be gone is missing, whatever was read of it before. */
export function shownWord(state: AppState, ref: ObjectRef): Word | null {
  const missing = missingObject(state, ref);
  return missing === null ? (knownObject(state, ref)?.word ?? null) : missingWord(missing);
}

/** The answer of the API server about this very object; null when it was not asked. */
export function readingOf({ reading }: AppState, ref: ObjectRef): Reading | null {
  return reading !== null && sameRef(reading.ref, ref) ? reading : null;
}

/** Everything worth reading about an object, in the order in which one asks: state, containers, pods, conditions, events. */
export function objectFacts(state: AppState, ref: ObjectRef): readonly Fact[] {
  const missing = missingObject(state, ref);
  const known = knownObject(state, ref);
  const reading = readingOf(state, ref);
  const facts: Fact[] = [];
  if (missing !== null) facts.push(...missingFacts(state, missing, reading));
  else if (known === null) facts.push(...absent(reading));
  else {
    facts.push(...origin(known.object, ref), ...ofKind(known.object, ref));
    facts.push(...podLinks(ref, reading), ...conditions(known.object));
  }
  facts.push(...eventFacts(state, ref, reading));
  return facts;
}

/** The objects that can be gone to from here, in the order in which they are shown. */
export function linksOf(facts: readonly Fact[]): readonly ObjectRef[] {
  return facts.flatMap(({ link }) => link ?? []);
}

function absent(reading: Reading | null): readonly Fact[] {
  if (reading?.state === 'failed' && reading.message !== null) return [fact(reading.message, 'warn')];
  if (reading === null || reading.state === 'asking') return [fact(say`asking the API server for it`, 'dim')];
  return [fact(say`it cannot be read`, 'warn')];
}

function origin({ metadata }: Kept, ref: ObjectRef): readonly Fact[] {
  const facts: Fact[] = [];
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (metadata.creationTimestamp !== undefined)
    facts.push(fact(say`created`, 'dim', 0, { since: metadata.creationTimestamp }));
  if (metadata.deletionTimestamp !== undefined) {
    const waits = (metadata.finalizers ?? []).join(', ') as Safe;
    const text = waits === '' ? say`being deleted` : say`being deleted; waits for ${waits}`;
    facts.push(fact(text, 'warn', 0, { since: metadata.deletionTimestamp }));
  }
  if (owner?.kind !== undefined && owner.name !== undefined) {
    const namespace = owner.kind === 'Node' ? null : ref.namespace;
    const link = { kind: owner.kind, namespace, name: owner.name };
    facts.push(fact(say`owned by ${owner.kind} ${owner.name}`, 'dim', 0, { link }));
  }
  return facts;
}

/** What only objects of this kind have. */
function ofKind(object: Kept, ref: ObjectRef): readonly Fact[] {
  switch (ref.kind as string) {
    case 'Pod':
      return podFacts(object as Pod);
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
      return images(object as Deployment);
    case 'Kustomization':
      return kustomization(object as Kustomization, ref);
    case 'HelmRelease':
      return helmRelease(object as HelmRelease, ref);
    case 'GitRepository':
    case 'OCIRepository':
    case 'HelmRepository':
    case 'HelmChart':
    case 'Bucket':
      return source(object as Source);
    default:
      return [];
  }
}

function images({ spec }: Deployment): readonly Fact[] {
  return (spec?.template?.spec?.containers ?? []).map(({ name = '?' as Safe, image = '' as Safe }) =>
    fact(say`${name}`, 'plain', 0, { note: image }),
  );
}

function kustomization({ spec, status }: Kustomization, ref: ObjectRef): readonly Fact[] {
  return [
    ...(spec?.path === undefined ? [] : [fact(say`path ${spec.path}`, 'dim')]),
    ...revisions(status),
    ...linkTo(say`source`, spec?.sourceRef, ref),
    ...(spec?.dependsOn ?? []).flatMap(one => linkTo(say`depends on`, { kind: ref.kind, ...one }, ref)),
  ];
}

function helmRelease({ spec, status }: HelmRelease, ref: ObjectRef): readonly Fact[] {
  const chart = spec?.chart?.spec;
  const version = chart?.version === undefined ? ('' as Safe) : say` ${chart.version}`;
  return [
    ...(chart?.chart === undefined ? [] : [fact(say`chart ${chart.chart}${version}`, 'dim')]),
    ...(status?.failures === undefined || status.failures === 0
      ? []
      : [fact(say`${status.failures} failed attempts`, 'warn')]),
    ...linkTo(say`source`, chart?.sourceRef ?? spec?.chartRef, ref),
    ...(spec?.dependsOn ?? []).flatMap(one => linkTo(say`depends on`, { kind: ref.kind, ...one }, ref)),
  ];
}

function source({ spec, status }: Source): readonly Fact[] {
  const { revision, lastUpdateTime = null } = status?.artifact ?? {};
  return [
    ...(spec?.url === undefined ? [] : [fact(spec.url, 'dim')]),
    ...(revision === undefined
      ? []
      : [fact(say`artifact ${revision}`, 'plain', 0, { since: lastUpdateTime })]),
  ];
}

interface Revisions {
  readonly lastAppliedRevision?: Safe;
  readonly lastAttemptedRevision?: Safe;
}

function revisions({
  lastAppliedRevision: applied,
  lastAttemptedRevision: tried,
}: Revisions = {}): readonly Fact[] {
  const facts = applied === undefined ? [] : [fact(say`applied ${applied}`, 'dim')];
  return tried === undefined || tried === applied ? facts : [...facts, fact(say`tried ${tried}`, 'warn')];
}

interface Named {
  readonly kind?: Safe;
  readonly namespace?: Safe;
  readonly name?: Safe;
}

function linkTo(word: Safe, to: Named | undefined, from: ObjectRef): readonly Fact[] {
  if (to?.kind === undefined || to.name === undefined) return [];
  const link = { kind: to.kind, namespace: to.namespace ?? from.namespace, name: to.name };
  return [fact(say`${word} ${link.kind} ${link.namespace ?? ('' as Safe)}/${link.name}`, 'dim', 0, { link })];
}

/** More pods than this are counted, not listed. */
const PODS = 12;

function podLinks(ref: ObjectRef, reading: Reading | null): readonly Fact[] {
  if (reading === null || ref.kind === 'Pod') return [];
  if (reading.podsMessage !== null) return [fact(say`Pods`, 'strong'), fact(reading.podsMessage, 'warn', 2)];
  if (reading.pods.length === 0) return [];
  const shown = worstFirst(reading.pods).slice(0, PODS);
  const more = reading.pods.length - shown.length;
  return [
    fact(say`Pods`, 'strong'),
    ...shown.map(podLink),
    ...(more > 0 ? [fact(say`and ${more} more`, 'dim', 2)] : []),
  ];
}

function podLink(pod: Pod): Fact {
  const { name, namespace = null } = pod.metadata;
  const { word, note, tone, since } = words.pods?.(pod) ?? {
    word: '' as Safe,
    note: '' as Safe,
    tone: 'dim',
    since: null,
  };
  const link = { kind: 'Pod' as Safe, namespace, name };
  return fact(say`${name}  ${word}`, tone === 'ok' ? 'plain' : tone, 2, { note, since, link });
}

interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type?: Safe;
      readonly status?: Safe;
      readonly reason?: Safe;
      readonly message?: Safe;
      readonly lastTransitionTime?: number;
    }[];
  };
}

function conditions(object: Kept & Conditioned): readonly Fact[] {
  const all = object.status?.conditions ?? [];
  if (all.length === 0) return [];
  return [
    fact(say`Conditions`, 'strong'),
    ...all.flatMap(
      ({
        type = '?' as Safe,
        status = '?' as Safe,
        reason = '' as Safe,
        message = '' as Safe,
        lastTransitionTime = null,
      }) => [
        fact(say`${type}=${status}`, status === 'Unknown' ? 'unknown' : 'plain', 2, {
          note: reason,
          since: lastTransitionTime,
        }),
        ...(message === '' ? [] : [fact(message, 'dim', 4)]),
      ],
    ),
  ];
}
