import type { Freshness, Snapshot } from '../cluster/snapshot.ts';
import type { Finding, LayerId } from '../layers/layer.ts';
import { ruleOf } from '../layers/rules.ts';
import { signatures } from '../signatures/table.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** Why a verdict is what it is: the rule that concluded it, and what it had before it. */
export interface Reasoning {
  /** Stable: `cni.agents`. */
  readonly rule: string;
  /** What the rule asks, what it read and how far that can be trusted, and the known text that it found. Holds no age. */
  readonly inputs: readonly Safe[];
}

/** Explains one finding. `home` is the layer that it is counted with. */
export function reasoningOf(snapshot: Snapshot, home: LayerId, finding: Finding): Reasoning {
  const rule = ruleOf(home, finding.problem);
  const read = rule.reads.map(id => {
    const { freshness, items } = snapshot.streams[id];
    return say`${field(id)}: ${wordOf(freshness)}, ${items.size} objects`;
  });
  const text = finding.signature === null ? undefined : signatures.get(finding.signature);
  const known = text === undefined ? [] : [say`text ${field(text.id)}: ${field(text.meaning)}`];
  const isRefused = snapshot.logs.some(one => one.refused !== null);
  const logs = isRefused ? [say`logs: failed (rbac), so nothing is explained by them`] : [];
  return { rule: rule.id, inputs: [field(rule.asks), ...read, ...logs, ...known] };
}

function wordOf(freshness: Freshness): Safe {
  const reason = 'reason' in freshness ? say` (${field(freshness.reason)})` : say``;
  return say`${field(freshness.state)}${reason}`;
}
