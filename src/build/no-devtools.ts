/** Stands in for Ink's optional inspector, which a released program does not have. */
export default {
  initialize(): void {},
  connectToDevTools(): void {},
};
