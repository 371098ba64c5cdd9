import { refText } from '../cluster/object-ref.ts';
import type { Finding } from '../layers/layer.ts';
import { type Safe, say } from '../text/safe.ts';

/** Messages that go on from the name of their object: `DaemonSet x/y` + `does not exist`. */
const PREDICATE = /^(?:does|has|is|says|selects|lists|keeps|cannot|refuses|takes) /;

/** A finding as one sentence with the object that it is about. */
export function sentence({ object, message }: Finding): Safe {
  if (object === null) return message;
  return PREDICATE.test(message) ? say`${refText(object)} ${message}` : say`${refText(object)}: ${message}`;
}
