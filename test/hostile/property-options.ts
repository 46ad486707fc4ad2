/** How often the properties of hostile input are tried, and from which seed: see CONTRIBUTING.md. */
const { HOSTILE_FACTOR = '1', HOSTILE_SEED } = process.env;

/** Options of `fc.assert` for `numRuns` cases. What fails is printed with its seed and counterexample. */
export const propertyOptions = (numRuns: number) => ({
  numRuns: numRuns * Number(HOSTILE_FACTOR),
  ...(HOSTILE_SEED === undefined ? {} : { seed: Number(HOSTILE_SEED) }),
});

/** How long such a test may take: ms. */
export const PROPERTY_TIMEOUT_MS = 60_000 * Number(HOSTILE_FACTOR);
