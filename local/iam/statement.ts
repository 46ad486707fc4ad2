import type { Properties } from '../stack/properties.ts';
import { type Context, readConditions } from './condition.ts';
import { compileWildcard, type Matches } from './wildcard.ts';

export type Effect = 'Allow' | 'Deny';

/** What is asked for. */
export type Request = { readonly action: string; readonly resource: string; readonly context: Context };

/** A statement of a policy, ready to be asked whether it speaks of a request. */
export type Statement = {
  readonly effect: Effect;
  /** Whether it speaks of a principal, a service by its name or a role by its ARN; in a role's own policy it always does. */
  readonly matchesPrincipal: Matches;
  readonly matches: (request: Request) => boolean;
};

/** Whose policy it is: of a role, of a resource, or the one that says who may take a role. */
type PolicyKind = 'identity' | 'resource' | 'trust';

/**
 * The statements of a policy document.
 * @throws Error naming a statement and what the runtime does not understand in it
 */
export function readStatements(document: Properties, kind: PolicyKind): Statement[] {
  return document.objects('Statement').map((statement) => readStatement(statement, kind));
}

export function readStatement(statement: Properties, kind: PolicyKind): Statement {
  statement.refuse('NotAction', 'NotResource', 'NotPrincipal');
  // Actions are the same in capitals and small letters; resources are not.
  const actions = readPatterns(statement, 'Action').map((pattern) => compileWildcard(pattern.toLowerCase()));
  // A role is all that its trust policy is about.
  const resources =
    kind === 'trust' ? [() => true] : readPatterns(statement, 'Resource').map(compileWildcard);
  const holdsIn = readConditions(statement.optionalObject('Condition'));
  return {
    effect: readEffect(statement),
    matchesPrincipal: readPrincipal(statement, kind),
    matches: ({ action, resource, context }) =>
      actions.some((matches) => matches(action.toLowerCase())) &&
      resources.some((matches) => matches(resource)) &&
      holdsIn(context),
  };
}

function readEffect(statement: Properties): Effect {
  const effect = statement.string('Effect');
  return effect === 'Allow' || effect === 'Deny' ? effect : statement.fail('Effect', `is ${effect}`);
}

function readPatterns(statement: Properties, name: 'Action' | 'Resource'): string[] {
  const patterns = statement.oneOrMore(name);
  const variable = patterns.find((pattern) => pattern.includes('${'));
  return variable
    ? statement.fail(name, `has a variable, ${variable}, which the local runtime does not know`)
    : patterns;
}

function readPrincipal(statement: Properties, kind: PolicyKind): Matches {
  if (kind === 'identity') {
    statement.refuse('Principal');
    return () => true;
  }
  if (statement.values.Principal === '*') return () => true;
  const principals = readPrincipals(statement.object('Principal'));
  return (principal) => principals.includes('*') || principals.includes(principal);
}

const ROLE_ARN = /^arn:aws:iam::\d{12}:role\//;

function readPrincipals(principal: Properties): string[] {
  principal.refuse('Federated', 'CanonicalUser');
  const services = principal.has('Service') ? principal.oneOrMore('Service') : [];
  const roles = principal.has('AWS') ? principal.oneOrMore('AWS') : [];
  const other = roles.find((arn) => arn !== '*' && !ROLE_ARN.test(arn));
  if (other) principal.fail('AWS', `names ${other}, and the local runtime only knows roles and *`);
  return [...services, ...roles];
}
