import type { Reversible } from '../drills/change.ts';
import type { Detour } from '../kube/detour.ts';
import { commandLine } from '../report/sentences.ts';
import { type Begun, remember } from './drill-store.ts';
import { send, undo } from './drill-undo.ts';
import type { Session } from './session.ts';

/** How a drill breaks something, and how that is taken back. */
export interface Breakage {
  /** Null when all of it was broken, else what was not. */
  readonly breaks: () => Promise<string | null>;
  /** True when nothing of it is left. May be called after half of the breaking, or none. */
  readonly takeBack: () => Promise<boolean>;
}

type Print = (text: string) => void;

/** Changes in the cluster, remembered on disk before the first of them: they outlive us. */
export function inTheCluster(
  { cluster: { request }, model }: Session,
  drill: string,
  parts: readonly Reversible[],
  { stateDir, print }: { readonly stateDir: string; readonly print: Print },
): Breakage {
  const { uid, context } = model().diagnosis.cluster;
  const back = parts.flatMap(part => part.undo ?? []);
  const begun: Begun = { drill, context, uid: uid ?? '', startedAt: Date.now(), undo: back };
  return {
    breaks: async () => {
      await remember(stateDir, begun);
      for (const { harm } of parts) {
        const failure = await send(request, harm);
        if (failure !== null) return `${harm.title}: ${failure}`;
        print(`BREAK     ${harm.title}`);
      }
      return null;
    },
    takeBack: () => undo(request, stateDir, begun, print),
  };
}

/** Our own way to the API server: the cluster notices nothing, and with this process the cut is gone. */
export function onTheWay(detour: Detour, print: Print): Breakage {
  return {
    breaks: async () => {
      detour.cut();
      print('BREAK     nothing comes through to the API server, and nothing back');
      return null;
    },
    takeBack: async () => {
      detour.restore();
      print('UNDO      the way to the API server is open again');
      return true;
    },
  };
}

/** What is broken and how it is taken back, in the words of the plan: a name and a text a row. */
export function breakageRows(
  parts: readonly Reversible[],
  detour: Detour | null,
): readonly (readonly [string, string])[] {
  if (detour !== null)
    return [
      ['breaks', 'the way from this drill to the API server; the cluster and everybody else notice nothing'],
      ['undo', 'the way is opened again: always, also after Ctrl-C; a kill ends the cut as well'],
    ];
  return [
    ...parts.map(({ harm }, i) => [i === 0 ? 'breaks' : '', `$ ${commandLine(harm.command)}`] as const),
    ...parts
      .flatMap(({ undo: back }) => back ?? [])
      .map(({ command }, i) => [i === 0 ? 'undo' : '', `$ ${commandLine(command)}`] as const),
    ['', 'always, also after Ctrl-C; after a kill: groundup drill --undo'],
  ];
}
