import { blockedBy } from '../recovery/guard.ts';
import { commandsOf } from '../recovery/make-plan.ts';
import type { Danger, Guard, Plan, Remedy } from '../recovery/plan.ts';
import { commandLine } from '../report/sentences.ts';

const dangers: Readonly<Record<Danger, string>> = {
  0: 'only reads',
  1: 'safe to repeat',
  2: 'disturbs',
  3: 'can cause an outage',
  4: 'can lose data',
};

const marks: Readonly<Record<Guard['state'], string>> = { passed: 'ok', warning: 'note', blocking: 'NO' };

/** A plan for a person: what, where, how dangerous, what is checked, and the exact commands. */
export function planText(plan: Plan): string {
  const { cluster, danger, guards, steps } = plan;
  const commands = commandsOf(steps);
  const refusal = blockedBy(guards);
  return [
    row('PLAN', plan.title),
    row('cluster', `${cluster.context}  ${cluster.server}`),
    row('danger', `${danger} of 4, ${dangers[danger]}`),
    row('changes', plan.effect),
    row('takes', plan.takes),
    row('success', plan.success.text),
    ...guards.map(({ state, text }, i) => row(i === 0 ? 'guards' : '', `${marks[state].padEnd(4)} ${text}`)),
    ...steps.flatMap((step, i) => [
      row(i === 0 ? 'steps' : '', `${i + 1}. ${step.title}`),
      row('', `   $ ${commandLine(commands[i] ?? [])}`),
      ...(step.gate === undefined ? [] : [row('', `   then waits for: ${step.gate.text}`)]),
    ]),
    ...(refusal === null ? [] : [row('not now', refusal)]),
  ].join('\n');
}

/** What must be done by hand, with the commands to type. */
export function guideText({ title, commands }: Remedy): string {
  return [
    row('BY HAND', title),
    ...commands.map(command => row('', `$ ${commandLine(command)}`)),
    row('', 'this is done outside of groundup'),
  ].join('\n');
}

function row(name: string, text: string): string {
  return `${name.padEnd(9)} ${text}`;
}
