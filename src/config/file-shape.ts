import { placeholders } from './context-settings.ts';
import { contextShape } from './context-shape.ts';
import { dictionary, fields, list, type Read } from './shape.ts';
import { flag, oneOf, secureAddress, span, text, whole } from './values.ts';

const notify = fields({
  webhook: [secureAddress, 'gets a JSON document by POST when the verdict or the root changes'],
  command: [
    list(text('one argument')),
    `run on a change, without a shell; {${placeholders.notify.join('}, {')}} stand for values`,
  ],
  heartbeat: [secureAddress, 'asked while groundup watches, so that its silence is noticed'],
  heartbeatEvery: [span('10s', '1h'), 'how often'],
  debounce: [span('0s', '1h'), 'how long a change must last before it is told'],
});

const retention = fields({
  runs: [whole(1, 10_000), 'how many runs are kept'],
  logs: [span('1h', '365d'), 'how long the output of runs is kept'],
  history: [span('1h', '30d'), 'how long recordings and the history are kept'],
});

const keys = dictionary(list(text('the name of a key'), 'orOne'), name =>
  /^[a-z][a-z-]{0,30}$/.test(name) ? null : 'is no name of a command',
);

const pattern = (name: string): string | null =>
  name !== '' && name.length <= 512 ? null : 'is no name or pattern of a context';

/** The whole file. */
export const fileFields = {
  theme: [oneOf(['default', 'mono', 'high-contrast', 'light']), 'colours'],
  ascii: [flag, 'no characters beyond ASCII'],
  clock: [flag, 'false: ages do not tick, a quiet screen writes nothing'],
  reducedMotion: [flag, 'nothing turns'],
  plain: [flag, 'lines of text instead of a screen'],
  keys: [keys, 'other keys for the commands of the monitor'],
  protected: [list(text()), 'names or patterns of protected contexts'],
  notify: [notify, 'whom to tell'],
  retention: [retention, 'how long things are kept'],
  defaults: [contextShape, 'for every context'],
  contexts: [dictionary(contextShape, pattern), 'by name or pattern; later ones and exact names win'],
} as const;

export type FilePart = Read<typeof fileFields>;
export const fileShape = fields(fileFields);
