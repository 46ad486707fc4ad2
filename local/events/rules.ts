import type { Properties } from '../stack/properties.ts';
import type { Resource, Stack } from '../stack/stack.ts';
import { compilePattern, type Matches } from './pattern.ts';

export const DEFAULT_BUS = 'default';

/** The name of a bus, from itself or its ARN. */
export function busNameOf(nameOrArn: string): string {
  return nameOrArn.replace(/^.*:event-bus\//, '');
}

export type Rule = {
  readonly arn: string;
  readonly busName: string;
  readonly matches: Matches;
  readonly targets: readonly Target[];
};

/** A queue that a rule sends events to, and where those go that do not arrive. */
export type Target = {
  readonly arn: string;
  readonly groupId: string | undefined;
  readonly deadLetterArn: string | undefined;
};

export function readBusNames(stack: Stack): string[] {
  return [DEFAULT_BUS, ...stack.resourcesOf('AWS::Events::EventBus').map(({ ref }) => ref)];
}

/** The rules of the stack that are enabled. */
export function readRules(stack: Stack): Rule[] {
  return stack
    .resourcesOf('AWS::Events::Rule')
    .filter(({ properties }) => properties.optionalString('State') !== 'DISABLED')
    .map(readRule);
}

function readRule({ logicalId, arn, properties }: Resource): Rule {
  properties.refuse('ScheduleExpression');
  return {
    arn,
    busName: properties.optionalString('EventBusName') ?? DEFAULT_BUS,
    matches: compilePattern(properties.values.EventPattern, `${logicalId}: EventPattern`),
    targets: properties.objects('Targets').map(readTarget),
  };
}

function readTarget(target: Properties): Target {
  target.refuse('Input', 'InputPath', 'InputTransformer');
  const arn = target.string('Arn');
  if (!arn.startsWith('arn:aws:sqs:'))
    target.fail('Arn', `is ${arn}, and the local runtime only knows queues`);
  return {
    arn,
    groupId: target.optionalObject('SqsParameters')?.optionalString('MessageGroupId'),
    deadLetterArn: target.optionalObject('DeadLetterConfig')?.string('Arn'),
  };
}
