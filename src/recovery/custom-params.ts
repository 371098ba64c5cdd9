import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Fault } from './action.ts';
import type { CustomParamSpec, CustomSpec } from './custom-action.ts';

type Values = ReadonlyMap<string, string>;
type Checked<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly why: Safe };

/** Names of objects, namespaces and nodes; nothing that a program could take for a flag, a path or a list. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const MOST = 20;

/**
 * The values behind a target: `k8s-1` for the one that must be given, or `node=k8s-1 mode=soft`. What is not given takes
 * its default. Says what is wrong with a value, or what is missing.
 */
export function valuesOf(spec: CustomSpec, target: Safe | null): Checked<{ readonly values: Values }> {
  const values = new Map<string, string>();
  for (const word of target === null ? [] : target.split(' ').filter(one => one !== '')) {
    const at = word.indexOf('=');
    const name = at === -1 ? bareName(spec) : word.slice(0, at);
    const param = spec.params.find(one => one.name === name);
    if (param === undefined)
      return { ok: false, why: say`${field(spec.id)} takes no value '${field(word)}'${known(spec)}` };
    values.set(param.name, word.slice(at + 1));
  }
  for (const param of spec.params) {
    const value = values.get(param.name) ?? param.otherwise;
    if (value === null) return { ok: false, why: say`it needs ${field(param.name)}=VALUE` };
    const why = objection(param, value);
    if (why !== null) return { ok: false, why };
    values.set(param.name, value);
  }
  return { ok: true, values };
}

/** A value without a name is meant for the only one that must be given, or the only one there is. */
function bareName({ params }: CustomSpec): string | undefined {
  const needed = params.filter(one => one.otherwise === null);
  return needed.length === 1 ? needed[0]?.name : params.length === 1 ? params[0]?.name : undefined;
}

function known({ params }: CustomSpec): Safe {
  if (params.length === 0) return say``;
  return say`; it takes ${field(params.map(one => `${one.name}=VALUE`).join(' '))}`;
}

function objection({ name, choices }: CustomParamSpec, value: string): Safe | null {
  if (value.startsWith('-'))
    return say`${field(name)} may not begin with '-': a program would take it for a flag`;
  if (choices !== null)
    return choices.includes(value)
      ? null
      : say`${field(name)} cannot be '${field(value)}'; it is one of ${field(choices.join(', '))}`;
  return NAME.test(value)
    ? null
    : say`${field(name)} cannot be '${field(value)}': it must be the name of an object, of a-z, 0-9, '-' and '.'`;
}

/** What can be offered without typing: every choice, with the defaults of the rest. Null stands for no values at all. */
export function targetsOf({ params }: CustomSpec): readonly (Safe | null)[] {
  const open = params.filter(one => one.otherwise === null);
  if (open.length === 0) return [null];
  const [only] = open;
  if (open.length > 1 || only?.choices == null) return [];
  return only.choices.slice(0, MOST).map(choice => field(`${only.name}=${choice}`));
}

/** Values that the fault itself tells: `{node}`, and `{namespace}` and `{name}` of its object. Null when one is missing. */
export function guessedTarget({ params }: CustomSpec, { object, nodes }: Fault): Safe | null {
  const told: Readonly<Record<string, string | null | undefined>> = {
    node: object?.kind === 'Node' ? object.name : nodes?.[0],
    namespace: object?.namespace,
    name: object?.name,
  };
  const open = params.filter(one => one.otherwise === null);
  const words = open.flatMap(({ name, choices }) => {
    const value = told[name];
    return value == null || (choices !== null && !choices.includes(value)) ? [] : [`${name}=${value}`];
  });
  return open.length === 0 || words.length < open.length ? null : field(words.join(' '));
}
