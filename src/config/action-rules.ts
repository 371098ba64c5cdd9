import { nearest } from '../text/nearest.ts';
import { placeholders } from './context-settings.ts';
import type { ActionPart, ContextPart } from './context-shape.ts';
import type { FilePart } from './file-shape.ts';
import type { Vocabulary } from './parse.ts';

type Path = readonly string[];
type Tell = (path: Path, what: string) => void;

/** What one field must know of another, or of the program: names in braces, ids of actions, forbidden variables. */
export function checkActions(part: FilePart, vocabulary: Vocabulary, tell: Tell): FilePart {
  const { command } = part.notify ?? {};
  const complaint = command === undefined ? null : aboutBraces(command, placeholders.notify);
  if (complaint !== null) tell(['notify', 'command'], complaint);
  const everywhere = (part.defaults?.actions ?? []).flatMap(({ id }) => id ?? []);
  const check = (context: ContextPart, at: Path): ContextPart =>
    checkContext(context, at, everywhere, vocabulary, tell);
  return {
    ...part,
    ...(part.notify === undefined || complaint === null
      ? {}
      : { notify: { ...part.notify, command: undefined } }),
    ...(part.defaults === undefined ? {} : { defaults: check(part.defaults, ['defaults']) }),
    contexts: Object.fromEntries(
      Object.entries(part.contexts ?? {}).map(([name, context]) => [
        name,
        check(context, ['contexts', name]),
      ]),
    ),
  } as FilePart;
}

function checkContext(
  context: ContextPart,
  at: Path,
  everywhere: readonly string[],
  { actions, healing: able, isForbiddenEnv }: Vocabulary,
  tell: Tell,
): ContextPart {
  const own = (context.actions ?? []).filter(one => {
    const complaint = aboutAction(one, actions);
    if (complaint !== null) tell([...at, 'actions', one.id ?? ''], complaint);
    return complaint === null;
  });
  const known = [...actions, ...everywhere, ...own.flatMap(({ id }) => id ?? [])];
  const healing = (context.heal?.actions ?? []).filter(id => {
    const complaint = actions.includes(id) ? aboutBuiltIn(id, able) : aboutHealing(id, known, own);
    if (complaint !== null) tell([...at, 'heal', 'actions'], complaint);
    return complaint === null;
  });
  const env = Object.entries(context.env ?? {}).filter(([name]) => {
    if (isForbiddenEnv(name))
      tell(
        [...at, 'env', name],
        'is never passed to a tool: it changes what a program loads, or which cluster it talks to',
      );
    return !isForbiddenEnv(name);
  });
  return {
    ...context,
    ...(context.actions === undefined ? {} : { actions: own }),
    ...(context.heal === undefined ? {} : { heal: { ...context.heal, actions: healing } }),
    ...(context.env === undefined ? {} : { env: Object.fromEntries(env) }),
  };
}

function aboutAction(
  { id = '', run = [], params = [], danger = 0, confirm }: ActionPart,
  actions: readonly string[],
): string | null {
  if (actions.includes(id)) return `cannot be called '${id}': a built-in action has that name`;
  if (run.length === 0) return "needs a program in 'run'";
  if (danger >= 3 && confirm === 'key')
    return 'is too dangerous to be confirmed by one key; remove confirm, or write confirm: word';
  const names = params.flatMap(({ name }) => name ?? []);
  if (new Set(names).size < names.length) return 'has two parameters of one name';
  const builtIn = names.find(name => (placeholders.action as readonly string[]).includes(name));
  if (builtIn !== undefined)
    return `cannot have a parameter called '${builtIn}': groundup fills that in itself`;
  const unused = names.find(name => !run.some(argument => argument.includes(`{${name}}`)));
  if (unused !== undefined) return `never uses its parameter '${unused}': write {${unused}} into 'run'`;
  const bad = params.find(
    one => one.choices !== undefined && one.default !== undefined && !one.choices.includes(one.default),
  );
  if (bad !== undefined) return `has a default for '${bad.name}' that is not among its choices`;
  return aboutBraces(run, [...placeholders.action, ...names]);
}

function aboutBuiltIn(id: string, able: readonly string[]): string | null {
  return able.includes(id)
    ? null
    : `'${id}' never runs by itself: whether it is right is for people to decide; of the built-in actions only ${able.join(', ')} may`;
}

function aboutHealing(id: string, known: readonly string[], own: readonly ActionPart[]): string | null {
  if (!known.includes(id)) {
    const near = nearest(id, known);
    return `'${id}' is no action${near === undefined ? `; it is one of ${known.join(', ')}` : `; did you mean '${near}'?`}`;
  }
  const danger = own.find(one => one.id === id)?.danger ?? 0;
  return danger >= 3
    ? `'${id}' has danger ${danger}: only what cannot cause an outage may run by itself`
    : null;
}

function aboutBraces(argv: readonly string[], known: readonly string[]): string | null {
  if (/[{}]/.test(argv[0] ?? '')) return 'must begin with a program without braces in its name';
  const names = argv.flatMap(argument =>
    [...argument.matchAll(/\{([^{}]*)\}/g)].map(match => match[1] ?? ''),
  );
  const stranger = names.find(name => /^\w+$/.test(name) && !known.includes(name));
  if (stranger === undefined) return null;
  return `knows no {${stranger}}; it may be ${known.map(name => `{${name}}`).join(', ')}`;
}
