import type { Component } from '../../diagnosis/diagnosis.ts';
import type { AppState } from '../app-state.ts';
import { isMatch } from './shown-text.ts';

/** The bootstrap components that pass the filter: by name, namespace, version, state or what was found. */
export function componentRows({ world, view }: AppState): readonly Component[] {
  const all = world.model?.diagnosis.components ?? [];
  return view.filter === '' ? all : all.filter(one => isMatch(textOf(one), view.filter));
}

function textOf({
  namespace,
  name,
  wanted,
  installed,
  running,
  release,
  verdict,
  findings,
}: Component): string {
  const parts = [`${namespace}/${name}`, wanted, installed, running, release?.status, verdict];
  return [...parts, ...findings.map(({ message }) => message)].join(' ');
}
