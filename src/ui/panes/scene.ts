import type { AppState } from '../../store/app-state.ts';
import type { Look } from '../theme.ts';

/** What every pane draws from: the state, the moment, and how the terminal is drawn on. */
export interface Scene {
  readonly state: AppState;
  /** Local epoch ms. */
  readonly now: number;
  /** The same moment on the cluster's clock. */
  readonly time: number;
  /** Now on the cluster's clock; apart from `time` while the past is shown. */
  readonly present: number;
  /** The spinner's frame, 0 when nothing turns. */
  readonly turn: number;
  readonly look: Look;
}
