import type { ProbeId } from '../cluster/probe-results.ts';
import type { ContextSettings, ProbeSettings } from '../config/context-settings.ts';
import { UsageError } from './arguments.ts';

/** What a round of probes is made of. */
export interface ProbeRound extends Pick<ProbeSettings, 'image' | 'external' | 'exec'> {
  /** Only these; null: the usual ones, and with `exec` those that run commands in pods. */
  readonly only: readonly ProbeId[] | null;
}

/** These change nothing in the cluster: all that may run by itself where nothing may be changed. */
const harmless: readonly ProbeId[] = ['P1', 'P2'];

/** What the monitor asks, by its key and by its schedule. */
export function monitorRound({ probe, readOnly }: Pick<ContextSettings, 'probe' | 'readOnly'>): ProbeRound {
  return { ...probe, only: readOnly ? harmless : null };
}

/** What `check` was told to ask. */
export interface CheckProbes {
  readonly probe: boolean;
  readonly exec: boolean;
}

/** What a check asks; when it only probes one pod, no more than tells a silence from a dead CoreDNS. */
export function checkRound(
  { probe, readOnly }: Pick<ContextSettings, 'probe' | 'readOnly'>,
  asked: CheckProbes,
): ProbeRound {
  const exec = (probe.exec || asked.exec) && !readOnly;
  return { ...probe, exec, only: asked.probe ? null : harmless };
}

/**
 * Throws UsageError where the configuration forbids commands in pods. Such a command acts as the pod it runs in, and that
 * is more than reading. Nothing of it stays behind as the container of `--probe-pod` does, so `protected`, which guards
 * against lasting change, does not forbid it.
 */
export function mayProbeByExec({ name, readOnly }: Pick<ContextSettings, 'name' | 'readOnly'>): void {
  if (readOnly)
    throw new UsageError(
      `the configuration makes '${name}' read-only: --probe-exec runs commands in pods there`,
    );
}
