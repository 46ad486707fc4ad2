import { ACCOUNT_ID, PARTITION } from '../aws/account.ts';
import type { Stack } from '../stack/stack.ts';
import type { Context } from './condition.ts';
import { decide } from './decide.ts';
import { readResourcePolicies } from './resource-policies.ts';
import { type Role, readRoles } from './roles.ts';
import type { Effect, Request, Statement } from './statement.ts';

/** Somebody who has taken a role. */
export type Session = {
  readonly arn: string;
  readonly role: Role;
  /** What every request of this session carries. */
  readonly context: Context;
};

/** What is asked for, and what is known of that request alone. */
export type Permission = { readonly action: string; readonly resource: string; readonly context?: Context };

/** The policies of a stack: who may do what to which resource. */
export class Authority {
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #resourcePolicies: ReadonlyMap<string, readonly Statement[]>;

  /** @throws Error naming a statement that the runtime does not understand */
  constructor(stack: Stack) {
    this.#roles = new Map(readRoles(stack).map((role) => [role.arn, role]));
    this.#resourcePolicies = readResourcePolicies(stack);
  }

  /** A session of a role for one of AWS's services; none where there is no such role, or it does not trust the service. */
  assume(roleArn: string, service: string, sessionName: string, context: Context = {}): Session | undefined {
    const role = this.#roles.get(roleArn);
    const request = { action: 'sts:AssumeRole', resource: roleArn, context };
    if (!role || decide(role.trust, service, request) !== 'Allow') return undefined;
    const arn = `arn:${PARTITION}:sts::${ACCOUNT_ID}:assumed-role/${role.name}/${sessionName}`;
    return { arn, role, context: { 'aws:PrincipalArn': roleArn } };
  }

  /** Why a session may not do something, in AWS's words; undefined where it may. */
  refuse({ arn, role, context }: Session, permission: Permission): string | undefined {
    const request = requestOf(permission, context);
    const byIdentity = decide(role.statements, role.arn, request);
    const byResource = decide(this.#policyOf(request), role.arn, request);
    return describe(arn, request, { 'identity-based': byIdentity, 'resource-based': byResource });
  }

  /** Why one of AWS's services may not do something in its own name; undefined where it may. */
  refuseService(service: string, permission: Permission): string | undefined {
    const request = requestOf(permission);
    return describe(service, request, {
      'resource-based': decide(this.#policyOf(request), service, request),
    });
  }

  #policyOf({ resource }: Request): readonly Statement[] {
    return this.#resourcePolicies.get(resource) ?? [];
  }
}

/** The runtime stands for endpoints that speak TLS alone. */
function requestOf({ action, resource, context }: Permission, ofSession: Context = {}): Request {
  return { action, resource, context: { 'aws:SecureTransport': 'true', ...ofSession, ...context } };
}

type PolicyType = 'identity-based' | 'resource-based';

/** Within an account one kind of policy that allows is enough, and one that denies is too much. */
function describe(
  user: string,
  { action, resource }: Request,
  effects: Partial<Record<PolicyType, Effect | undefined>>,
): string | undefined {
  const decisions = Object.entries(effects);
  const written = writeAction(action);
  const denying = decisions.find(([, effect]) => effect === 'Deny')?.[0];
  if (!denying && decisions.some(([, effect]) => effect === 'Allow')) return undefined;
  const reason = denying
    ? `with an explicit deny in ${denying.startsWith('i') ? 'an' : 'a'} ${denying} policy`
    : `because no ${decisions[0]?.[0]} policy allows the ${written} action`;
  return `User: ${user} is not authorized to perform: ${written} on resource: ${resource} ${reason}`;
}

/** SQS alone tells its actions in small letters. */
function writeAction(action: string): string {
  return action.startsWith('sqs:') ? action.toLowerCase() : action;
}
