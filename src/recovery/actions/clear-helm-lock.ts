import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { field } from '../../text/field.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench, Fault } from '../action.ts';
import { deleteStep, kubectl } from '../api-step.ts';
import { fluxOwner } from '../flux-owner.ts';
import { passed, stop, warn } from '../guard.ts';
import { clusterGuards, repositoryGuards, toolGuards } from '../guards.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan, objectSound } from '../make-plan.ts';
import type { Guard, Plan, Step } from '../plan.ts';
import { LOCK_PATIENCE_MS } from '../release-guards.ts';
import { type HelmState, helmState, layerOf, type Release, releaseFor, releasesOf } from '../releases.ts';
import { provedAt } from './sync-release.ts';

/** Takes away the record of an operation that a dead client left unfinished, then syncs: Helm refuses everything else before. */
export const clearHelmLock: Action = {
  id: 'clear-helm-lock',
  key: null,
  title: say`clear a Helm lock`,
  targets: bench => locks(bench).map(targetOf),
  treats: (fault, bench) => {
    const told = fault.problem === 'release-pending' ? toldLock(fault, bench) : null;
    const found = told ?? lockBehind(fault, bench);
    return found === null ? [] : [{ target: targetOf(found), rank: 9 }];
  },
  plan: (target, bench) => {
    const lock = locks(bench).find(one => targetOf(one) === target);
    return lock === undefined ? null : plan(lock, bench);
  },
};

/** A release that Helm holds locked. `release`: as the helmfile has it; null when it does not know it. */
interface Lock {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly release: Release | null;
  readonly state: HelmState;
}

function locks(bench: Bench): readonly Lock[] {
  const found = new Map<string, Lock>();
  for (const { metadata } of bench.snapshot.streams['helm-releases'].items.values()) {
    const { namespace, labels } = metadata;
    if (namespace === undefined || labels?.name === undefined || !labels.status?.startsWith('pending-'))
      continue;
    const name = field(labels.name);
    const state = helmState(bench, name, namespace);
    if (!state?.status.startsWith('pending-')) continue;
    const release = releasesOf(bench).find(one => one.name === name && one.namespace === namespace) ?? null;
    found.set(`${namespace}/${name}`, { name, namespace, release, state });
  }
  return [...found.values()];
}

function targetOf({ name, namespace, release }: Lock): Safe {
  return release === null ? say`${namespace}/${name}` : name;
}

/** The finding may be about the release, about the HelmRelease that looks after it, or about the Secret of its newest revision. */
function toldLock({ object }: Fault, bench: Bench): Lock | null {
  if (object === null) return null;
  const stored = /^sh\.helm\.release\.v1\.(.{1,53})\.v\d{1,9}$/.exec(object.name)?.[1];
  const named = (one: Lock) => one.name === (stored ?? object.name) && one.namespace === object.namespace;
  const owned = (one: Lock) => refText(findingObject(one, bench)) === refText(object);
  return locks(bench).find(one => named(one) || owned(one)) ?? null;
}

/** Whatever is wrong, nothing repairs it as long as its release is locked. */
function lockBehind(fault: Fault, bench: Bench): Lock | null {
  const release = fault.layer === 'apps' ? null : releaseFor(fault, bench);
  return locks(bench).find(one => release !== null && one.release === release) ?? null;
}

/** What the finding about the lock speaks of. */
function findingObject({ name, namespace }: Lock, bench: Bench): ObjectRef {
  return fluxOwner(bench, name, namespace)?.object ?? { kind: say`Release`, namespace, name };
}

function plan(lock: Lock, bench: Bench): Plan {
  const { name, release, state } = lock;
  const layer = release === null ? null : layerOf(release);
  const record = recordOf(lock);
  return makePlan(bench, {
    action: 'clear-helm-lock',
    target: targetOf(lock),
    title:
      release === null
        ? say`Clear the Helm lock of ${name}`
        : say`Clear the Helm lock of ${name} and sync it`,
    danger: 3,
    word: name,
    steps: [
      ...backup(record, bench),
      removal(record, state, bench),
      ...(release === null ? [] : [syncStep(bench, release, 15 * 60_000)]),
    ],
    effect: say`removes ${refText(record)}, the record of the unfinished ${field(state.status)}; earlier revisions stay`,
    takes: say`1-4 min`,
    expectedMs: 120_000,
    success:
      release === null || layer === null
        ? objectSound('apps', findingObject(lock, bench))
        : layerHealthy(bench, provedAt(release)),
    guards: [
      ...(release === null
        ? [warn(say`the helmfile does not know ${name}: what it left behind stays, and nothing is synced`)]
        : [...repositoryGuards(bench), ...toolGuards(['helmfile', 'helm'], bench)]),
      ...clusterGuards(layer ?? 'service-discovery', bench),
      ...ageGuards(state, bench),
      ...ownerGuards(lock, bench),
      ...backupGuards(bench),
    ],
  });
}

function recordOf({ name, namespace, state }: Lock): ObjectRef {
  return { kind: say`Secret`, namespace, name: field(`sh.helm.release.v1.${name}.v${state.revision}`) };
}

function removal(record: ObjectRef, state: HelmState, bench: Bench): Step {
  const known = bench.snapshot.streams['helm-releases'].items.get(`${record.namespace}/${record.name}`);
  return deleteStep(bench, record, {
    title: say`delete the record of revision ${state.revision}`,
    command: kubectl(bench, record, say`delete`, say`secret`, record.name),
    ...(known?.metadata.uid === undefined ? {} : { uid: known.metadata.uid }),
  });
}

/** The record holds values, so it goes to a file that only we can read, and never into the log. */
function backup(record: ObjectRef, bench: Bench): readonly Step[] {
  const tool = bench.workshop.tools.kubectl;
  if (tool === undefined) return [];
  return [
    {
      kind: 'tool',
      title: say`keep a copy of the record`,
      tool: 'kubectl',
      path: tool.path,
      args: kubectl(bench, record, say`get`, say`secret`, record.name, say`--output=yaml`).slice(1),
      cwd: '/',
      env: {},
      deadlineMs: 30_000,
      output: { file: say`helm-record.yaml`, keep: true },
    },
  ];
}

function backupGuards(bench: Bench): readonly Guard[] {
  return bench.workshop.tools.kubectl === undefined
    ? [warn(say`no copy of the record is kept: kubectl is not on PATH`)]
    : [passed(say`a copy of the record is kept with the run's log`)];
}

/** Nothing tells a slow client from a dead one but time. */
function ageGuards(lock: HelmState, bench: Bench): readonly Guard[] {
  const age = lock.changedAt === null ? null : bench.snapshot.now - lock.changedAt;
  if (age === null) return [warn(say`nobody knows how old the lock is: make sure that no helm runs`)];
  const left = Math.ceil((LOCK_PATIENCE_MS - age) / 60_000);
  return left > 0
    ? [stop(say`the operation may still run: wait ${left} min more`)]
    : [passed(say`the lock is ${Math.floor(age / 60_000)} min old: no operation lasts so long`)];
}

function ownerGuards({ name, namespace }: Lock, bench: Bench): readonly Guard[] {
  const owner = fluxOwner(bench, name, namespace);
  return owner?.alive && !owner.suspended
    ? [stop(say`Flux owns ${name} and is alive: it clears the lock by itself`)]
    : [];
}
