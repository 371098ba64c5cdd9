import type { Told } from '../cluster/told.ts';
import { layerNames, type TimeWindow } from './context-settings.ts';
import { dictionary, fields, list, type Read, type Shape, scalar } from './shape.ts';
import { flag, guard, oneOf, path, pathInside, span, text, whole } from './values.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const namespace = text('the name of a namespace', label);
const labels = dictionary(text('the value of a label'), name =>
  /^[\w./-]{1,253}$/.test(name) ? null : 'is no name of a label',
);

const whereabouts: Shape<NonNullable<Told['cni']>> = refine(
  fields(
    {
      namespace: [namespace, 'the namespace it runs in'],
      selector: [labels, 'labels of its pods'],
    },
    ['namespace'],
  ),
  ({ namespace = '', selector }) => ({ namespace, selector: selector ?? null }),
);

const service = refine(text('a Service as NAMESPACE/NAME', /^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/), raw => {
  const [namespace = '', name = ''] = raw.split('/');
  return { namespace, name };
});

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const WINDOW =
  /^(?:((?:sun|mon|tue|wed|thu|fri|sat)(?:,(?:sun|mon|tue|wed|thu|fri|sat))*) )?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

const window: Shape<TimeWindow> = scalar(
  "hours such as '22:00-06:00' or 'sat,sun 08:00-18:00'",
  { type: 'string', pattern: WINDOW.source },
  raw => {
    const match = typeof raw === 'string' ? WINDOW.exec(raw) : null;
    if (match === null) return undefined;
    const [, days = '', ...clock] = match;
    const [fromHour = 0, from = 0, toHour = 0, to = 0] = clock.map(Number);
    return {
      from: fromHour * 60 + from,
      to: toHour * 60 + to,
      days: days === '' ? [] : days.split(',').map(day => dayNames.indexOf(day as (typeof dayNames)[number])),
    };
  },
);

export function windowText({ from, to, days }: TimeWindow): string {
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const on = days.length === 0 ? '' : `${days.map(day => dayNames[day]).join(',')} `;
  return `${on}${clock(from)}-${clock(to)}`;
}

const param = fields(
  {
    name: [text('a word of letters, digits and _', /^[a-z][A-Za-z0-9_]{0,30}$/), 'stands in braces in `run`'],
    choices: [list(text()), 'the only values allowed'],
    default: [text(), 'taken when nothing is given'],
  },
  ['name'],
);

const action = fields(
  {
    id: [
      text('lower case words joined by -', /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
      'its name for `groundup recover`',
    ],
    title: [text(), 'what it does, in a few words'],
    run: [list(text('one argument')), 'the program and its arguments; no shell'],
    layer: [oneOf(layerNames), 'the layer that it repairs'],
    danger: [whole(0, 4), '0 reads, 1 safe to repeat, 2 disturbs, 3 can cause an outage, 4 can lose data'],
    timeout: [span('1s', '2h'), 'how long it may take'],
    confirm: [oneOf(['key', 'word']), 'one letter, or its id typed'],
    params: [list(param), 'values asked for before it runs'],
  },
  ['id', 'title', 'run', 'layer', 'danger'],
);

const heal = fields({
  actions: [list(text()), 'ids of actions that may run by themselves'],
  notBetween: [list(window, 'orOne'), 'hours of local time in which nothing is repaired by itself'],
  countdown: [span('5s', '10m'), 'shown before it acts'],
});

const probe = fields({
  image: [
    text('the name of an image', /^[\w./:@-]{1,512}$/),
    'image of the probe pod; it must carry busybox',
  ],
  every: [span('60s', '24h'), 'how often the open monitor probes by itself'],
  external: [
    text('a host name', /^[A-Za-z0-9.-]{1,253}$/),
    'a name outside the cluster that is looked up too',
  ],
  exec: [flag, 'also run commands in controllers of Flux and agents of the CNI (pods/exec)'],
});

const envName = (name: string): string | null =>
  /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) ? null : 'is no name of an environment variable';

/** What may be said of one context. */
export const contextFields = {
  protected: [guard, 'unlocking asks for the name of the context'],
  readOnly: [guard, 'the lock cannot be opened'],
  unlockFor: [span('1m', '8h'), 'how long the lock stays open'],
  drill: [flag, 'practice faults may be caused here'],
  repository: [path, 'where the bootstrap is kept'],
  helmfile: [pathInside, 'its helmfile'],
  env: [dictionary(text(), envName), 'set for the tools; no secrets'],
  cni: [whereabouts, 'where the CNI agents run'],
  dns: [whereabouts, 'where CoreDNS runs'],
  flux: [fields({ namespace: [namespace, 'its namespace'] }, ['namespace']), 'where Flux runs'],
  criticalServices: [list(service), 'Services that must have ready endpoints, as NAMESPACE/NAME'],
  actions: [list(action), 'commands of your own'],
  heal: [heal, 'what may be repaired without being asked'],
  probe: [probe, 'active checks'],
} as const;

export type ContextPart = Read<typeof contextFields>;
export type ActionPart = NonNullable<ContextPart['actions']>[number];
export const contextShape: Shape<ContextPart> = fields(contextFields);

function refine<T, U>(shape: Shape<T>, to: (value: T) => U): Shape<U> {
  return {
    schema: shape.schema,
    read: (node, at, ear) => {
      const value = shape.read(node, at, ear);
      return value === undefined ? undefined : to(value);
    },
  };
}
