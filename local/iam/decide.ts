import type { Effect, Request, Statement } from './statement.ts';

/**
 * What the statements that speak of a principal say of its request: a `Deny` whatever else allows it, or else an
 * `Allow`; undefined where none of them speaks of it ("Policy evaluation logic", IAM User Guide).
 */
export function decide(
  statements: readonly Statement[],
  principal: string,
  request: Request,
): Effect | undefined {
  const effects = statements
    .filter((statement) => statement.matchesPrincipal(principal) && statement.matches(request))
    .map(({ effect }) => effect);
  return effects.includes('Deny') ? 'Deny' : effects[0];
}
