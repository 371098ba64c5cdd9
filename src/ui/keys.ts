import { layerIds } from '../layers/layer.ts';
import type { AppState } from '../store/app-state.ts';
import type { Intent } from '../store/intents.ts';
import { textKind } from '../store/select/shown-text.ts';
import { isActive } from '../store/updates.ts';
import { type Safe, say } from '../text/safe.ts';
import * as on from './binding.ts';
import { pastKeys } from './keys-past.ts';

const isLog = (state: AppState): boolean => ['run', 'pod'].includes(textKind(state) ?? '');
const isRunLog = (state: AppState): boolean => textKind(state) === 'run';
const isPodLog = ({ view }: AppState): boolean => view.detail?.show === 'log';
const isText = (state: AppState): boolean => textKind(state) !== null;
/** Nothing is read in full: the keys of the whole screen are worth mentioning. */
const isOverview = (state: AppState): boolean => !isText(state) && !isCovered(state);
const isFacts = ({ view }: AppState): boolean => view.detail?.show === 'facts';
const isRunning = ({ runs }: AppState): boolean => isActive(runs.current);
const isIdle = (state: AppState): boolean => !isRunning(state);
const isSimulated = ({ mode }: AppState): boolean => mode.faults.length > 0;
const hasFix = ({ world }: AppState): boolean => (world.model?.fix ?? null) !== null;
const isCovered = ({ view }: AppState): boolean =>
  view.detail !== null || view.overlay !== null || view.asOf !== null;

const lockWord = ({ lock }: AppState): Safe => (lock.armedUntil === null ? say`unlock` : say`lock`);

const layers = layerIds.map((_, i) => String(i));
const toLayer = (key: string): Intent => ({ kind: 'layer', layer: layerIds[Number(key)] ?? 'api' });
const toYaml = (_: string, state: AppState): Intent => ({ kind: isLog(state) ? 'copy' : 'yaml' });
const toCluster = (by: 1 | -1) => (): Intent => ({ kind: 'cluster', by });
const toPalette = (): Intent => ({ kind: 'palette', text: '', index: 0 });

/** The one table of keys. It feeds the dispatch, the footer (in this order), the help, the palette and the README. */
export const bindings: readonly on.Binding[] = [
  ...on.bound('looking', [
    ['layer', layers, say`0-7`, say`select a layer`, toLayer, on.hint(3, say`layer`, isOverview)],
    ['down', ['j', 'down'], say`j`, say`down (also arrow)`, on.moves(1)],
    ['up', ['k', 'up'], say`k`, say`up (also arrow)`, on.moves(-1)],
    ['page-down', ['pagedown', 'ctrl-f'], say`PgDn`, say`a page down (also Space, Ctrl-F)`, on.pages(1)],
    ['page-up', ['pageup', 'ctrl-b'], say`PgUp`, say`a page up (also Ctrl-B)`, on.pages(-1)],
    ['top', ['g', 'home'], say`g`, say`to the top`, on.goes('top')],
    ['bottom', ['G', 'end'], say`G`, say`to the bottom; in the log, follow again`, on.goes('bottom')],
    [
      'open',
      ['enter'],
      say`Enter`,
      say`all findings, or an object in full`,
      on.does('open'),
      on.hint(11, say`open`, state => !isText(state) && !on.isPast(state) && state.view.overlay === null),
    ],
    [
      'back',
      ['esc'],
      say`Esc`,
      say`close the topmost thing`,
      on.does('cancel'),
      on.hint(3, say`back`, state => isCovered(state) && !on.isReplay(state)),
    ],
    ['detail', ['d'], say`d`, say`the selected object: containers, pods, events`, on.does('detail')],
    ['root', ['.'], say`.`, say`the object to be repaired, from anywhere`, on.does('root-object')],
    [
      'logs',
      ['L'],
      say`L`,
      say`container logs of the object, or its failing pod`,
      on.does('pod-log'),
      on.hint(9, say`logs`, isFacts),
    ],
  ]),
  ...on.bound('changing', [
    [
      'fix',
      ['F'],
      say`F`,
      say`repair the root cause: the banner's remedy`,
      on.does('fix'),
      on.hint(1, say`repair`),
    ],
    [
      'remedies',
      ['a'],
      say`a`,
      say`all remedies of the layer`,
      on.does('remedies'),
      on.hint(4, say`remedies`, state => isIdle(state) && isOverview(state)),
    ],
    [
      'unlock',
      ['u'],
      say`u`,
      say`open or close the lock`,
      on.does('unlock'),
      on.hint(5, lockWord, state => isIdle(state) && isOverview(state)),
    ],
    [
      'stop',
      ['X'],
      say`X`,
      say`stop the running action after its step`,
      on.does('stop'),
      on.hint(0, say`stop`),
    ],
    ['heal', ['H'], say`H`, say`stop self-healing, or turn it on again`, on.does('healing')],
    ['sync', ['S'], say`S`, say`sync one release`, on.asks('S')],
    ['sync-all', ['A'], say`A`, say`sync all releases in order`, on.asks('A')],
    ['bootstrap', ['B'], say`B`, say`run the repository's bootstrap task`, on.asks('B')],
    ['instance', ['I'], say`I`, say`restore the Flux instance`, on.asks('I')],
    ['reconcile', ['R'], say`R`, say`reconcile a source or application`, on.asks('R')],
    ['restart', ['T'], say`T`, say`restart a rollout`, on.asks('T')],
    [
      'probe',
      ['P'],
      say`P`,
      say`probe actively: DNS, and a pod on each node`,
      on.does('probe'),
      on.hint(16, say`probe`, state => !hasFix(state) && !isLog(state)),
    ],
    [
      'break',
      ['b'],
      say`b`,
      say`break or mend the simulation`,
      on.does('faults'),
      on.hint(8, say`break`, state => isSimulated(state) && isOverview(state)),
    ],
  ]),
  ...on.bound('panes', [
    ['why', ['w'], say`w`, say`the chain of causes`, on.opens('why'), on.hint(13, say`why`, isLog)],
    ['log', ['l'], say`l`, say`the log of the action`, on.opens('log')],
    ['events', ['e'], say`e`, say`warnings`, on.opens('events')],
    ['objects', ['o'], say`o`, say`objects of the layer`, on.opens('objects')],
    ['history', ['h'], say`h`, say`what changed when`, on.opens('history')],
    ['components', ['v'], say`v`, say`versions: wanted, installed, running`, on.opens('components')],
    [
      'pane',
      ['tab', 'shift-tab'],
      say`Tab`,
      say`other pane; in an object next link, in a log next container`,
      on.turnsPane,
      on.hint(6, say`pane`, state => !isPodLog(state) && !isFacts(state)),
    ],
    ['next-tab', ['right'], say`→`, say`next tab; in a text to the right; on the time line on`, on.turns(1)],
    [
      'previous-tab',
      ['left'],
      say`←`,
      say`previous tab; in a text to the left; on the time line back`,
      on.turns(-1),
    ],
    [
      'zoom',
      ['+'],
      say`+`,
      say`one pane over the whole screen`,
      on.zooms(true),
      on.hint(7, say`zoom`, ({ view }) => !view.zoom),
    ],
    [
      'unzoom',
      ['_', '-'],
      say`_`,
      say`back to both panes`,
      on.zooms(false),
      on.hint(7, say`unzoom`, ({ view }) => view.zoom),
    ],
    [
      'follow',
      ['s'],
      say`s`,
      say`follow the log, or stop`,
      on.does('follow'),
      on.hint(9, say`follow`, isLog),
    ],
    [
      'previous-run',
      ['p'],
      say`p`,
      say`the log of the container's previous run`,
      on.does('previous'),
      on.hint(8, say`previous`, isPodLog),
    ],
    [
      'container',
      ['C'],
      say`C`,
      say`the log of the next container (also Tab)`,
      on.does('container'),
      on.hint(8, say`container`, ({ podLog }) => (podLog?.containers.length ?? 0) > 1),
    ],
    ['wrap', ['W'], say`W`, say`wrap long lines, or not`, on.does('wrap'), on.hint(11, say`wrap`, isText)],
    [
      'times',
      ['t'],
      say`t`,
      say`times before the lines, or not`,
      on.does('times'),
      on.hint(13, say`times`, isLog),
    ],
    [
      'older-run',
      ['['],
      say`[`,
      say`the log of an older run; in the past the change before`,
      on.goesToRun(-1),
      on.hint(14, say`older run`, isRunLog),
    ],
    ['newer-run', [']'], say`]`, say`the log of a newer run; in the past the change after`, on.goesToRun(1)],
    ['yaml', ['y'], say`y`, say`an object as YAML; a log: copy it`, toYaml, on.hint(10, say`copy`, isLog)],
    [
      'save',
      ['ctrl-s'],
      say`Ctrl-S`,
      say`save the log to a file`,
      on.does('save-log'),
      on.hint(15, say`save`, isLog),
    ],
  ]),
  ...pastKeys,
  ...on.bound('looking', [
    ['filter', ['/'], say`/`, say`filter lists, search the log`, on.does('filter'), on.hint(12, say`filter`)],
    ['only', ['&'], say`&`, say`only matching lines; warnings of all layers`, on.does('only')],
    ['next', ['n'], say`n`, say`next match`, on.finds(1), on.hint(9, say`next`)],
    ['previous', ['N'], say`N`, say`previous match`, on.finds(-1)],
  ]),
  ...on.bound('screen', [
    ['refresh', ['r'], say`r`, say`ask the cluster again now`, on.does('refresh')],
    ['context', ['c'], say`c`, say`choose another context`, on.does('contexts')],
    ['previous-cluster', ['{'], say`{`, say`the chosen cluster before (several --context)`, toCluster(-1)],
    ['next-cluster', ['}'], say`}`, say`the next chosen cluster`, toCluster(1)],
    ['command', [':'], say`:`, say`type a command`, toPalette, on.hint(13, say`command`)],
    ['help', ['?'], say`?`, say`this page`, on.does('help'), on.hint(2, say`help`)],
    ['dump', ['D'], say`D`, say`write the screen to a file, as text`, on.does('dump')],
    ['repaint', ['ctrl-l'], say`Ctrl-L`, say`paint the screen again`, on.does('repaint')],
    ['suspend', ['ctrl-z'], say`Ctrl-Z`, say`to the shell; fg comes back`, on.does('suspend')],
    ['quit', ['q'], say`q`, say`back; at the top: quit`, on.does('quit'), on.hint(2, say`quit`)],
    ['leave', ['ctrl-c'], say`Ctrl-C`, say`quit at once; a running action goes on`, on.does('leave')],
  ]),
];
