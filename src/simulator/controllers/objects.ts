import { createHash } from 'node:crypto';
import type { Json, Stored } from '../world.ts';
import type { Life } from './switches.ts';

/** RFC 3339 in whole seconds, as metav1.Time. */
export function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 in microseconds, as metav1.MicroTime. */
export function microStamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

export function keyOf(object: Stored): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A stable short name in the alphabet of generated names. */
export function hashName(text: string, length: number): string {
  let hash = 0x811c9dc5;
  let name = '';
  for (let index = 0; name.length < length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : index * 31 + 7;
    hash = Math.imul(hash ^ code, 0x01000193) >>> 0;
    if (index >= text.length) name += ALPHABET[(hash >>> 7) % ALPHABET.length];
  }
  return name;
}

/** A digest as registries and Flux write it. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export function templateHash(template: Json): string {
  return hashName(JSON.stringify(template), 10);
}

export function ownerOf(owner: Stored): Json {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function ownedBy(object: Stored, owner: Stored): boolean {
  return object.metadata.ownerReferences?.some(one => one.uid === owner.metadata.uid) ?? false;
}

export function matches(
  selector: Record<string, string> | undefined,
  labels: Record<string, string> | undefined,
): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

export function conditionOf(object: Json, type: string): Json | undefined {
  return object?.status?.conditions?.find((one: Json) => one.type === type);
}

export function podReady(pod: Json): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Sets a condition in a draft; `lastTransitionTime` moves only when the status flips. */
export function setCondition(draft: Json, now: number, condition: Json): void {
  draft.status ??= {};
  draft.status.conditions ??= [];
  const list: Json[] = draft.status.conditions;
  const known = list.find(one => one.type === condition.type);
  const since = known?.status === condition.status ? known.lastTransitionTime : stamp(now);
  const next = { ...condition, lastTransitionTime: since };
  if (known === undefined) list.push(next);
  else list.splice(list.indexOf(known), 1, { ...keep(known), ...next });
}

export function dropCondition(draft: Json, type: string): void {
  if (draft.status?.conditions)
    draft.status.conditions = draft.status.conditions.filter((one: Json) => one.type !== type);
}

function keep(known: Json): Json {
  const kept: Json = {};
  for (const field of ['lastProbeTime', 'lastHeartbeatTime', 'lastUpdateTime'])
    if (field in known) kept[field] = known[field];
  return kept;
}

const LOG_LINES = 400;

/** Adds lines to what `pods/log` serves for one container, stamped as a runtime does. */
export function writeLog(life: Life, pod: Stored, container: string, lines: readonly string[]): void {
  const key = logKey(pod, container);
  const ring = life.behaviour.logs.get(key) ?? [];
  const at = new Date(life.clock.now()).toISOString();
  ring.push(...lines.map(line => `${at} ${line}`));
  if (ring.length > LOG_LINES) ring.splice(0, ring.length - LOG_LINES);
  life.behaviour.logs.set(key, ring);
}

/** A container starts anew: what it said so far becomes the log of its previous run. */
export function turnLog(life: Life, pod: Stored, container: string): void {
  const key = logKey(pod, container);
  const ring = life.behaviour.logs.get(key);
  if (ring === undefined) return;
  life.behaviour.logs.set(`${key}/previous`, ring);
  life.behaviour.logs.delete(key);
}

function logKey(pod: Stored, container: string): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}/${container}`;
}
