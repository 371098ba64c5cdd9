import { type Group, groupTitles } from './binding.ts';
import { bindings } from './keys.ts';

/** The order of the README, which is read rather than looked up: what changes the cluster comes after the ways to look. */
const printed: readonly Group[] = ['looking', 'panes', 'changing', 'past', 'screen'];

/** The table as Markdown, one part a group, for the README. */
export function keyTable(): string {
  return printed
    .map(group => {
      const rows = bindings
        .filter(binding => binding.group === group)
        .map(({ label, help }) => `| \`${label}\` | ${help} |`);
      return [`### ${groupTitles[group]}`, '', '| key | does |', '|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}
