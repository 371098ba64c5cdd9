import type { ShownText } from '../../store/select/shown-text.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Scene } from '../panes/scene.ts';

/** What a text's last line says of how it is shown: where one is, what came meanwhile, what is searched for. */
export function footParts(shown: ShownText, scene: Scene, below: number, isOpen: boolean): Safe[] {
  const { filter, follow, pausedAt, text } = scene.state.view;
  const parts: Safe[] = [];
  const count = shown.lines.length + shown.dropped;
  const fresh = pausedAt === null || shown.places !== null ? 0 : count - pausedAt;
  if (below > 0) parts.push(say`${below} more below`);
  else if (isOpen) parts.push(follow ? say`following` : say`paused`);
  else parts.push(say`end`);
  if (fresh > 0) parts.push(fresh === 1 ? say`+ 1 new line` : say`+ ${fresh} new lines`);
  parts.push(shown.places === null ? say`${count} lines` : say`${shown.lines.length} matching lines`);
  if (shown.dropped > 0) parts.push(say`oldest ${shown.dropped} dropped`);
  if (filter !== '') parts.push(say`search: ${filter as Safe}`);
  if (text.x > 0) parts.push(say`from column ${text.x + 1}`);
  return parts;
}
